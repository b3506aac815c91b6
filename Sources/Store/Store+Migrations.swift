import GRDB

extension Store {
    /// The schema's history; a migration that was released never changes.
    static func migrator() -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 tasks, runs and messages") { db in
            try db.execute(sql: tasks)
            try db.execute(sql: runs)
            try db.execute(sql: executions)
        }
        migrator.registerMigration("2 what each execution used") { db in
            try db.execute(sql: executionUsage)
        }
        migrator.registerMigration("3 which installation this is") { db in
            try db.execute(sql: installation)
        }
        migrator.registerMigration("4 how a run is to end") { db in
            try db.execute(sql: "ALTER TABLE run ADD COLUMN ending TEXT")
        }
        migrator.registerMigration("5 schedules and their slots") { db in
            try db.execute(sql: schedules)
            try db.execute(sql: scheduledRuns)
        }
        migrator.registerMigration("6 figures that outlive what they count") { db in
            try db.execute(sql: FiguresSchema.sql)
        }
        migrator.registerMigration("7 notices and what was told") { db in
            try db.execute(sql: OutboxSchema.sql)
        }
        migrator.registerMigration("8 when a schedule's times were set") { db in
            try db.execute(sql: scheduleTimes)
        }
        migrator.registerMigration("9 what the engine calls an instance") { db in
            try db.execute(sql: "ALTER TABLE instance ADD COLUMN container TEXT")
        }
        migrator.registerMigration("10 what is not kept for ever") { db in
            try db.execute(sql: RetentionSchema.sql)
        }
        migrator.registerMigration("11 who may do what, and who did") { db in
            try db.execute(sql: AccessSchema.sql)
        }
        migrator.registerMigration("12 figures of each day") { db in
            try db.execute(sql: DayFiguresSchema.sql)
        }
        migrator.registerMigration("13 what files declare") { db in
            try db.execute(sql: declarations)
        }
        migrator.registerMigration("14 settings of a single run") { db in
            try db.execute(sql: "ALTER TABLE run ADD COLUMN settings TEXT")
        }
        migrator.registerMigration("15 runs that were made elsewhere") { db in
            try db.execute(sql: ImportSchema.sql)
        }
        return migrator
    }

    private static let tasks = """
        CREATE TABLE task (
            id TEXT NOT NULL PRIMARY KEY,
            slug TEXT NOT NULL,
            version INTEGER NOT NULL,
            createdAt INTEGER NOT NULL,
            updatedAt INTEGER NOT NULL,
            deletedAt INTEGER,
            FOREIGN KEY (id, version) REFERENCES taskVersion (taskID, version) DEFERRABLE INITIALLY DEFERRED
        ) STRICT;
        CREATE UNIQUE INDEX taskSlug ON task (slug) WHERE deletedAt IS NULL;
        CREATE TABLE taskVersion (
            taskID TEXT NOT NULL REFERENCES task (id),
            version INTEGER NOT NULL CHECK (version > 0),
            createdAt INTEGER NOT NULL,
            name TEXT NOT NULL,
            steps TEXT NOT NULL,
            settings TEXT NOT NULL,
            PRIMARY KEY (taskID, version)
        ) STRICT;
        CREATE TRIGGER taskVersionIsImmutable BEFORE UPDATE ON taskVersion
            BEGIN SELECT RAISE(ABORT, 'a version of a task never changes'); END;
        """

    private static let runs = """
        CREATE TABLE run (
            id TEXT NOT NULL PRIMARY KEY,
            taskID TEXT NOT NULL,
            taskVersion INTEGER NOT NULL,
            repository TEXT NOT NULL,
            ref TEXT,
            priority INTEGER NOT NULL,
            maxConcurrent INTEGER,
            state TEXT NOT NULL CHECK (state IN
                ('queued', 'starting', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out', 'lost')),
            reason TEXT,
            detail TEXT,
            retryOf TEXT REFERENCES run (id),
            session TEXT NOT NULL,
            createdAt INTEGER NOT NULL,
            updatedAt INTEGER NOT NULL,
            startedAt INTEGER,
            finishedAt INTEGER,
            cancelRequestedAt INTEGER,
            "commit" TEXT,
            usage TEXT,
            costUSD REAL,
            result TEXT,
            FOREIGN KEY (taskID, taskVersion) REFERENCES taskVersion (taskID, version)
        ) STRICT;
        CREATE INDEX runQueue ON run (priority DESC, id) WHERE state = 'queued';
        CREATE INDEX runActive ON run (id) WHERE state IN ('starting', 'running');
        CREATE INDEX runOfTask ON run (taskID, id);
        CREATE INDEX runRetry ON run (retryOf) WHERE retryOf IS NOT NULL;
        CREATE TABLE message (
            runID TEXT NOT NULL REFERENCES run (id),
            seq INTEGER NOT NULL CHECK (seq > 0),
            at INTEGER NOT NULL,
            step INTEGER NOT NULL,
            kind TEXT NOT NULL,
            body BLOB NOT NULL,
            UNIQUE (runID, seq)
        ) STRICT;
        CREATE INDEX messageNotice ON message (runID, step) WHERE kind = 'notice';
        """

    private static let executions = """
        CREATE TABLE execution (
            id TEXT NOT NULL PRIMARY KEY,
            runID TEXT NOT NULL REFERENCES run (id),
            step INTEGER NOT NULL,
            line INTEGER NOT NULL DEFAULT 0,
            exit TEXT,
            UNIQUE (runID, step)
        ) STRICT;
        CREATE TABLE instance (
            id TEXT NOT NULL PRIMARY KEY,
            runID TEXT NOT NULL UNIQUE REFERENCES run (id),
            name TEXT NOT NULL UNIQUE,
            runtime TEXT NOT NULL CHECK (runtime IN ('docker', 'process')),
            state TEXT NOT NULL CHECK (state IN ('starting', 'idle', 'executing', 'stopped')),
            createdAt INTEGER NOT NULL,
            stoppedAt INTEGER
        ) STRICT;
        CREATE INDEX instanceLive ON instance (id) WHERE state <> 'stopped';
        """

    private static let executionUsage = """
        ALTER TABLE execution ADD COLUMN usage TEXT;
        ALTER TABLE execution ADD COLUMN agent TEXT;
        ALTER TABLE run ADD COLUMN agent TEXT;
        """

    private static let schedules = """
        CREATE TABLE schedule (
            number INTEGER NOT NULL PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            slug TEXT NOT NULL,
            revision INTEGER NOT NULL CHECK (revision > 0),
            createdAt INTEGER NOT NULL,
            updatedAt INTEGER NOT NULL,
            deletedAt INTEGER,
            name TEXT NOT NULL,
            taskID TEXT NOT NULL REFERENCES task (id),
            repository TEXT NOT NULL,
            ref TEXT,
            expression TEXT NOT NULL,
            zone TEXT NOT NULL,
            policy TEXT NOT NULL,
            pausedAt INTEGER,
            pauseNote TEXT,
            pausedBy TEXT,
            pausedFrom INTEGER,
            resumedAt INTEGER,
            invalidFrom INTEGER,
            validAt INTEGER,
            cursor INTEGER NOT NULL,
            failuresInARow INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE UNIQUE INDEX scheduleSlug ON schedule (slug) WHERE deletedAt IS NULL;
        CREATE INDEX scheduleOfTask ON schedule (taskID) WHERE deletedAt IS NULL;
        CREATE TABLE skippedSlots (
            scheduleID TEXT NOT NULL REFERENCES schedule (id),
            first INTEGER NOT NULL,
            last INTEGER NOT NULL CHECK (last >= first),
            count INTEGER NOT NULL CHECK (count > 0),
            reason TEXT NOT NULL CHECK (reason IN
                ('overlap', 'missed', 'deadline', 'paused', 'capacity', 'bounds', 'invalid')),
            at INTEGER NOT NULL,
            expression TEXT NOT NULL,
            zone TEXT NOT NULL,
            PRIMARY KEY (scheduleID, first)
        ) STRICT;
        CREATE TABLE pauseOfAll (
            only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
            pausedAt INTEGER,
            pauseNote TEXT,
            pausedBy TEXT,
            pausedFrom INTEGER,
            resumedAt INTEGER
        ) STRICT;
        INSERT INTO pauseOfAll (only) VALUES (1);
        """

    private static let scheduledRuns = """
        ALTER TABLE run ADD COLUMN origin TEXT NOT NULL DEFAULT 'manual'
            CHECK (origin IN ('manual', 'schedule', 'backfill', 'retry'));
        ALTER TABLE run ADD COLUMN scheduleID TEXT REFERENCES schedule (id);
        ALTER TABLE run ADD COLUMN slot INTEGER;
        ALTER TABLE run ADD COLUMN isSerial INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE run ADD COLUMN isHeldByPause INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE run ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE run ADD COLUMN notBefore INTEGER;
        ALTER TABLE run ADD COLUMN precheck TEXT;
        CREATE UNIQUE INDEX runSlot ON run (scheduleID, slot) WHERE slot IS NOT NULL;
        CREATE INDEX runOfSchedule ON run (scheduleID, id) WHERE scheduleID IS NOT NULL;
        CREATE INDEX runOfScheduleUnfinished ON run (scheduleID)
            WHERE scheduleID IS NOT NULL AND state IN ('queued', 'starting', 'running');
        """

    /// Of earlier edits it is not known what they changed.
    private static let scheduleTimes = """
        ALTER TABLE schedule ADD COLUMN timesSetAt INTEGER NOT NULL DEFAULT 0;
        UPDATE schedule SET timesSetAt = updatedAt;
        """

    /// Which file has the say over a task or schedule; null where people have.
    private static let declarations = """
        ALTER TABLE task ADD COLUMN managedBy TEXT;
        ALTER TABLE schedule ADD COLUMN managedBy TEXT;
        """

    private static let installation = """
        CREATE TABLE installation (id TEXT NOT NULL PRIMARY KEY) STRICT;
        INSERT INTO installation VALUES (lower(hex(randomblob(16))));
        """
}
