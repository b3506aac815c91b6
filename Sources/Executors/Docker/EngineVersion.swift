/// A version of the engine's API, such as `1.44`.
struct EngineVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The versions whose calls this client knows.
    static let known = EngineVersion(1, 40)...EngineVersion(1, 44)

    let major: Int
    let minor: Int

    init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    init?(_ text: String) {
        let parts = text.split(separator: ".").map { Int($0) }
        guard parts.count >= 2, let major = parts[0], let minor = parts[1] else { return nil }
        self.init(major, minor)
    }

    /// The newest version that both sides speak.
    ///
    /// - Parameters:
    ///   - newest: The newest that the engine speaks.
    ///   - oldest: The oldest that the engine accepts; engines before 1.25 do not say.
    /// - Returns: The version for all calls.
    /// - Throws: `EngineError` `.incompatible` when there is none.
    static func negotiate(newest: EngineVersion, oldest: EngineVersion?) throws(EngineError) -> EngineVersion {
        let choice = min(newest, known.upperBound)
        if choice < known.lowerBound {
            throw EngineError(
                .incompatible,
                "The container engine's API is \(newest); at least \(known.lowerBound) is needed."
            )
        }
        if let oldest, choice < oldest {
            throw EngineError(
                .incompatible,
                "The container engine accepts no API version below \(oldest); this client's newest is \(choice)."
            )
        }
        return choice
    }

    static func < (left: EngineVersion, right: EngineVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    var description: String { "\(major).\(minor)" }
}
