import Foundation
import GRDB
import Glibc

/// The copy of a database that is made before its schema changes, so that an older version can be gone back to.
///
/// Its name tells the first migration that it lacks: `caretaker.sqlite.before-10`. While the migration is under way it
/// ends in `.underway`; a start that finds such a one was interrupted, and makes no other of what is half done.
struct MigrationCopy {
    private static let underway = ".underway"

    private let path: String

    /// Makes the copy if something is to be migrated.
    ///
    /// - Parameters:
    ///   - pool: The database.
    ///   - path: Where it is.
    ///   - migrator: What it is to become.
    /// - Throws: `StoreError` `.noRoom` when there is no room for it; nothing is migrated then.
    init?(_ pool: DatabasePool, at path: String, _ migrator: DatabaseMigrator) throws {
        let applied = try pool.read { try migrator.appliedIdentifiers($0) }
        guard !applied.isEmpty, let first = migrator.migrations.first(where: { !applied.contains($0) }) else {
            return nil
        }
        self.path = path
        guard Self.copies(of: path).allSatisfy({ !$0.hasSuffix(Self.underway) }) else { return }
        let name = "\(path).before-\(first.prefix { $0.isNumber })"
        try pool.read { db in
            try Store.makeSureOfRoom(for: db, in: (path as NSString).deletingLastPathComponent)
            try DatabaseCopy.make(of: db, at: name + Store.unfinished)
        }
        guard rename(name + Store.unfinished, name + Self.underway) == 0 else { throw PrivateFile.failure(name) }
    }

    /// Keeps this copy as the only one, now that the migration is done.
    func keep() {
        let copies = Self.copies(of: path)
        guard let own = copies.first(where: { $0.hasSuffix(Self.underway) }) else { return }
        rename(own, String(own.dropLast(Self.underway.count)))
        for old in copies where old != own && old != String(own.dropLast(Self.underway.count)) { unlink(old) }
    }

    private static func copies(of path: String) -> [String] {
        let folder = (path as NSString).deletingLastPathComponent
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let start = "\((path as NSString).lastPathComponent).before-"
        return names.filter { $0.hasPrefix(start) && !$0.hasSuffix(Store.unfinished) }.map { "\(folder)/\($0)" }
    }
}
