import Foundation

/// A copy of a database with what lies beside it, in a folder that goes with this value.
final class TemporaryCopy: Sendable {
    let path: String
    private let folder: URL

    /// A copy, where the database was left with something unfinished beside it that nobody has open.
    ///
    /// - Parameter path: The database.
    /// - Returns: Nil where it can be read in its place.
    /// - Throws: What copying throws.
    static func needed(for path: String) throws -> TemporaryCopy? {
        let isOpen = FileManager.default.fileExists(atPath: "\(path)-shm")
        let left = ["-wal", "-journal"].filter { size(of: path + $0) > 0 }
        return left.isEmpty || (isOpen && left == ["-wal"]) ? nil : try TemporaryCopy(of: path, with: left)
    }

    private init(of path: String, with endings: [String]) throws {
        let files = FileManager.default
        folder = files.temporaryDirectory.appending(path: "caretaker-import-\(UUID().uuidString)")
        self.path = folder.appending(path: "original.db").path
        try files.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        for ending in [""] + endings { try files.copyItem(atPath: path + ending, toPath: self.path + ending) }
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    private static func size(of path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
    }
}
