import Glibc
import SystemPackage

/// The lines before the pack in a bundle, read from a file that the instance wrote.
struct BundleHeader: Sendable {
    var heads: [ObjectID]
    /// Where the pack begins.
    var length: Int

    private static let limit = 1 << 20

    /// Reads the header and leaves the descriptor at the pack.
    init(reading file: FileDescriptor) throws {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        var end: Int?
        while end == nil, bytes.count < Self.limit {
            let offset = Int64(bytes.count)
            let count = try chunk.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: offset, into: $0) }
            if count == 0 { break }
            bytes += chunk[..<count]
            end = Self.endOfLines(bytes)
        }
        guard let end else { throw Self.refusal("has no header") }
        try self.init(lines: bytes[..<end].split(separator: UInt8(ascii: "\n")), length: end + 1)
        try file.seek(offset: Int64(length), from: .start)
    }

    private init(lines: [ArraySlice<UInt8>], length: Int) throws(RepositoryError) {
        let words = lines.map { String(decoding: $0, as: UTF8.self) }
        guard let first = words.first, first == "# v2 git bundle" || first == "# v3 git bundle" else {
            throw Self.refusal("is no git bundle")
        }
        heads = []
        for line in words.dropFirst() where !line.hasPrefix("@") && !line.hasPrefix("-") {
            let name = line.prefix { $0 != " " }
            guard let head = ObjectID(String(name)) else { throw Self.refusal("has a header that makes no sense") }
            heads.append(head)
        }
        self.length = length
    }

    /// The empty line ends the header; the result is the place of its newline.
    private static func endOfLines(_ bytes: [UInt8]) -> Int? {
        let newline = UInt8(ascii: "\n")
        return bytes.indices.dropFirst().first { bytes[$0] == newline && bytes[$0 - 1] == newline }
    }

    private static func refusal(_ reason: String) -> RepositoryError {
        RepositoryError(.pushFailed, "The bundle of the agent's work \(reason).")
    }

    /// Opens a file that may be anything: no link is followed, and nothing but a regular file is read.
    static func open(_ path: String) throws -> FileDescriptor {
        let options: FileDescriptor.OpenOptions = [.closeOnExec, .noFollow, .nonBlocking]
        guard let file = try? FileDescriptor.open(path, .readOnly, options: options) else {
            throw refusal("cannot be opened")
        }
        var status = stat()
        guard fstat(file.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            try? file.close()
            throw refusal("is no plain file")
        }
        return file
    }
}
