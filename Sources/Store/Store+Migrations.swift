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

    private static let installation = """
        CREATE TABLE installation (id TEXT NOT NULL PRIMARY KEY) STRICT;
        INSERT INTO installation VALUES (lower(hex(randomblob(16))));
        """
}
