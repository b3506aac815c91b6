/// What each day's runs came to, which outlives the runs; days are those of UTC on which they ended.
enum DayFiguresSchema {
    /// A trigger keeps it, so that no way of ending a run can forget it and each run counts exactly once.
    static let sql = """
        CREATE TABLE dayFigures (
            day INTEGER NOT NULL,
            taskID TEXT NOT NULL REFERENCES task (id),
            state TEXT NOT NULL,
            runs INTEGER NOT NULL,
            costUSD REAL NOT NULL,
            started INTEGER NOT NULL,
            duration INTEGER NOT NULL,
            slots INTEGER NOT NULL,
            lateness INTEGER NOT NULL,
            PRIMARY KEY (day, taskID, state)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX runFinished ON run (finishedAt) WHERE finishedAt IS NOT NULL;
        INSERT INTO dayFigures SELECT \(row("run")) FROM run WHERE finishedAt IS NOT NULL GROUP BY 1, 2, 3;
        CREATE TRIGGER runHasEndedOnADay AFTER UPDATE OF state ON run
            WHEN NEW.finishedAt IS NOT NULL AND OLD.finishedAt IS NULL
        BEGIN
            INSERT INTO dayFigures SELECT \(row("NEW")) WHERE true
                ON CONFLICT (day, taskID, state) DO UPDATE SET
                    runs = runs + excluded.runs,
                    costUSD = costUSD + excluded.costUSD,
                    started = started + excluded.started,
                    duration = duration + excluded.duration,
                    slots = slots + excluded.slots,
                    lateness = lateness + excluded.lateness;
        END;
        """

    /// The figures of some runs that share a day, task and state.
    ///
    /// A run that came late by backfill was asked for late, and counts for no slot here.
    private static func row(_ run: String) -> String {
        let isOnTime = "(\(run).origin = 'schedule' AND \(run).startedAt IS NOT NULL)"
        return """
            \(run).finishedAt / 86400000, \(run).taskID, \(run).state, count(*),
            total(max(coalesce(\(run).costUSD, 0.0), 0.0)), sum(\(run).startedAt IS NOT NULL),
            coalesce(sum(\(run).finishedAt - \(run).startedAt), 0), sum(\(isOnTime)),
            coalesce(sum(iif(\(isOnTime), max(\(run).startedAt - \(run).slot, 0), 0)), 0)
            """
    }
}
