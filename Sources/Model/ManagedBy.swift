/// What has the say over a task or schedule instead of people: a file that declares it.
package struct ManagedBy: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The word `file`, a colon and the file's path.
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package init(file: String) {
        rawValue = Self.scheme + file
    }

    /// The file's path, as whoever applied it named it.
    package var file: String {
        rawValue.hasPrefix(Self.scheme) ? String(rawValue.dropFirst(Self.scheme.count)) : rawValue
    }

    /// Whether it is a file of an owner: of that path, or of a folder of that path.
    package func isOf(_ owner: String) -> Bool { Self.contains(owner, file) }

    /// Whether a file's path is an owner's, or lies below it.
    package static func contains(_ owner: String, _ file: String) -> Bool {
        file == owner || file.hasPrefix(owner.hasSuffix("/") ? owner : owner + "/")
    }

    package var description: String { rawValue }

    private static let scheme = "file:"
}
