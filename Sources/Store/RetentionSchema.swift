/// What is needed to find what has expired without a scan, and to say of a run what of it is gone.
enum RetentionSchema {
    /// Folders are removed after the rows: until then they are listed, so that a crash in between forgets none.
    static let sql = """
        ALTER TABLE run ADD COLUMN transcript TEXT NOT NULL DEFAULT 'kept'
            CHECK (transcript IN ('kept', 'going', 'expired'));
        ALTER TABLE run ADD COLUMN isResultExpired INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX runTranscript ON run (finishedAt) WHERE finishedAt IS NOT NULL AND transcript <> 'expired';
        CREATE INDEX runResult ON run (finishedAt) WHERE finishedAt IS NOT NULL AND result IS NOT NULL;
        CREATE INDEX skippedSlotsLast ON skippedSlots (last);
        CREATE TABLE expiredFolder (
            runID TEXT NOT NULL PRIMARY KEY,
            repository TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        ALTER TABLE taskFigures ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE execution ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE execution ADD COLUMN unstored INTEGER NOT NULL DEFAULT 0;
        """
}
