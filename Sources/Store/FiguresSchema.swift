/// The tables of figures that outlive what they count.
enum FiguresSchema {
    /// The counters of the service, and what the runs of each task and schedule came to.
    ///
    /// Triggers keep the latter, so that no way of ending a run can forget it and each run counts exactly once.
    static let sql = """
        CREATE TABLE tally (
            family TEXT NOT NULL,
            labels TEXT NOT NULL,
            value REAL NOT NULL CHECK (value >= 0),
            PRIMARY KEY (family, labels)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE taskFigures (
            taskID TEXT NOT NULL PRIMARY KEY REFERENCES task (id),
            succeeded INTEGER NOT NULL DEFAULT 0,
            failed INTEGER NOT NULL DEFAULT 0,
            cancelled INTEGER NOT NULL DEFAULT 0,
            timedOut INTEGER NOT NULL DEFAULT 0,
            lost INTEGER NOT NULL DEFAULT 0,
            costUSD REAL NOT NULL DEFAULT 0,
            failuresInARow INTEGER NOT NULL DEFAULT 0,
            lastSuccessAt INTEGER,
            lastFailureAt INTEGER,
            lastDuration INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE scheduleFigures (
            scheduleID TEXT NOT NULL PRIMARY KEY REFERENCES schedule (id),
            lastSuccessAt INTEGER,
            lastFailureAt INTEGER
        ) STRICT, WITHOUT ROWID;
        \(takeUp)
        CREATE TRIGGER runHasEnded AFTER UPDATE OF state ON run
            WHEN NEW.finishedAt IS NOT NULL AND OLD.finishedAt IS NULL
        BEGIN
            INSERT INTO taskFigures (taskID) VALUES (NEW.taskID) ON CONFLICT (taskID) DO NOTHING;
            UPDATE taskFigures SET
                succeeded = succeeded + (NEW.state = 'succeeded'),
                failed = failed + (NEW.state = 'failed'),
                cancelled = cancelled + (NEW.state = 'cancelled'),
                timedOut = timedOut + (NEW.state = 'timed_out'),
                lost = lost + (NEW.state = 'lost'),
                costUSD = costUSD + max(coalesce(NEW.costUSD, 0.0), 0.0),
                failuresInARow = CASE NEW.state WHEN 'succeeded' THEN 0 WHEN 'cancelled' THEN failuresInARow
                    ELSE failuresInARow + 1 END,
                lastSuccessAt = iif(NEW.state = 'succeeded', NEW.finishedAt, lastSuccessAt),
                lastFailureAt = iif(NEW.state IN ('failed', 'timed_out', 'lost'), NEW.finishedAt, lastFailureAt),
                lastDuration = coalesce(NEW.finishedAt - NEW.startedAt, lastDuration)
            WHERE taskID = NEW.taskID;
            INSERT INTO scheduleFigures (scheduleID) SELECT NEW.scheduleID WHERE NEW.scheduleID IS NOT NULL
                ON CONFLICT (scheduleID) DO NOTHING;
            UPDATE scheduleFigures SET
                lastSuccessAt = iif(NEW.state = 'succeeded', NEW.finishedAt, lastSuccessAt),
                lastFailureAt = iif(NEW.state IN ('failed', 'timed_out', 'lost'), NEW.finishedAt, lastFailureAt)
            WHERE scheduleID = NEW.scheduleID;
        END;
        """

    /// Counts the runs that ended before there were figures.
    private static let takeUp = """
        INSERT INTO taskFigures (taskID, succeeded, failed, cancelled, timedOut, lost, costUSD, lastSuccessAt,
                lastFailureAt)
            SELECT taskID, total(state = 'succeeded'), total(state = 'failed'), total(state = 'cancelled'),
                total(state = 'timed_out'), total(state = 'lost'), total(max(costUSD, 0.0)),
                max(iif(state = 'succeeded', finishedAt, NULL)),
                max(iif(state IN ('failed', 'timed_out', 'lost'), finishedAt, NULL))
            FROM run WHERE finishedAt IS NOT NULL GROUP BY taskID;
        UPDATE taskFigures SET
            failuresInARow = (
                SELECT count(*) FROM run
                WHERE run.taskID = taskFigures.taskID AND state IN ('failed', 'timed_out', 'lost')
                    AND finishedAt > coalesce(taskFigures.lastSuccessAt, -1)),
            lastDuration = (
                SELECT finishedAt - startedAt FROM run
                WHERE run.taskID = taskFigures.taskID AND finishedAt IS NOT NULL AND startedAt IS NOT NULL
                ORDER BY finishedAt DESC LIMIT 1);
        INSERT INTO scheduleFigures (scheduleID, lastSuccessAt, lastFailureAt)
            SELECT scheduleID, max(iif(state = 'succeeded', finishedAt, NULL)),
                max(iif(state IN ('failed', 'timed_out', 'lost'), finishedAt, NULL))
            FROM run WHERE scheduleID IS NOT NULL AND finishedAt IS NOT NULL GROUP BY scheduleID;
        """
}
