/// The tables of what somebody outside is told.
enum OutboxSchema {
    /// Notices that were not delivered yet, and what was told to be wrong and not yet to be right again.
    static let sql = """
        CREATE TABLE notice (
            number INTEGER NOT NULL PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL CHECK (kind IN ('run.failed', 'run.recovered', 'schedule.overdue', 'schedule.recovered')),
            at INTEGER NOT NULL,
            data TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            nextAttemptAt INTEGER NOT NULL,
            error TEXT
        ) STRICT;
        CREATE INDEX noticeDue ON notice (nextAttemptAt);
        CREATE TABLE toldFailure (
            taskID TEXT NOT NULL PRIMARY KEY REFERENCES task (id),
            at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE toldOverdue (
            scheduleID TEXT NOT NULL PRIMARY KEY REFERENCES schedule (id),
            at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
