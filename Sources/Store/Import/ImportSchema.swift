/// What runs need that were made elsewhere.
enum ImportSchema {
    /// Their age counts from the import, or what is older than runs are kept would go on the same day.
    ///
    /// The text of a long conversation comes in pieces, which lie here until the run comes, and nowhere else.
    static let sql = """
        ALTER TABLE run ADD COLUMN importedAt INTEGER;
        ALTER TABLE run ADD COLUMN keptFrom INTEGER
            GENERATED ALWAYS AS (max(finishedAt, coalesce(importedAt, 0))) VIRTUAL;
        DROP INDEX runTranscript;
        DROP INDEX runResult;
        CREATE INDEX runTranscript ON run (keptFrom) WHERE finishedAt IS NOT NULL AND transcript <> 'expired';
        CREATE INDEX runResult ON run (keptFrom) WHERE finishedAt IS NOT NULL AND result IS NOT NULL;
        CREATE INDEX runKept ON run (keptFrom) WHERE finishedAt IS NOT NULL;
        CREATE TABLE importPiece (
            run TEXT NOT NULL,
            offset INTEGER NOT NULL CHECK (offset >= 0),
            bytes BLOB NOT NULL,
            PRIMARY KEY (run, offset)
        ) STRICT;
        """
}
