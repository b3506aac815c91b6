/// The tables of who may do what, and who did.
enum AccessSchema {
    static let sql = """
        CREATE TABLE token (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('read', 'operate', 'admin')),
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            createdAt INTEGER NOT NULL,
            lastUsedAt INTEGER,
            expiresAt INTEGER,
            revokedAt INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX tokenName ON token (name) WHERE revokedAt IS NULL;
        CREATE TABLE session (
            hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
            tokenID TEXT REFERENCES token (id),
            fileHash BLOB,
            createdAt INTEGER NOT NULL,
            expiresAt INTEGER NOT NULL,
            CHECK ((tokenID IS NULL) <> (fileHash IS NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sessionOfToken ON session (tokenID) WHERE tokenID IS NOT NULL;
        CREATE TABLE audit (
            number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            role TEXT NOT NULL,
            via TEXT NOT NULL,
            procedure TEXT NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
            target TEXT,
            detail TEXT
        ) STRICT;
        CREATE INDEX auditAt ON audit (at);
        """
}
