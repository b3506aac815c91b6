/// One key of the configuration.
///
/// The table of all keys yields the reader, `config check` and the example file.
struct ConfigurationKey: Hashable, Sendable {
    /// What a key's value is.
    indirect enum Kind: Hashable, Sendable {
        case text
        case word([String])
        case integer(ClosedRange<Int>)
        /// `90s`, `15m`, `2h`, `1d`, or a number of seconds.
        case duration
        /// As a duration, but up to ten years.
        case age
        /// The word `never`, or what another kind takes.
        case orNever(Kind)
        /// `512m`, `4g`, or a number of bytes.
        case size
        /// A number above zero.
        case number
        case boolean
        case list
    }

    /// The dotted name, as in the file; `CARETAKER_` and the name in capitals with underscores in the environment.
    let name: String
    let kind: Kind
    /// As it would stand in the file; nil for a key without default.
    let standard: String?
    /// One or two sentences for the example file.
    let summary: String
    /// Whether a reload puts a change of it in force; else that takes a restart.
    private(set) var isReloadable = false
    /// The file's name among the credentials that systemd hands in, for a key that names a file with a secret.
    let credential: String?

    init(_ name: String, _ kind: Kind, _ standard: String?, _ summary: String, credential: String? = nil) {
        self.name = name
        self.kind = kind
        self.standard = standard
        self.summary = summary
        self.credential = credential
    }

    /// The same as a key that a reload can change.
    var reloadable: ConfigurationKey {
        var key = self
        key.isReloadable = true
        return key
    }

    /// The environment variable that sets the key.
    var variable: String {
        "CARETAKER_" + name.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
    }

    /// What a value of this kind looks like, for messages.
    var expectation: String { kind.expectation }
}

extension ConfigurationKey.Kind {
    fileprivate var expectation: String {
        switch self {
        case .text: "a text"
        case .word(let words): "one of " + words.joined(separator: ", ")
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .duration: "a duration such as 90s, 15m or 2h"
        case .age: "a duration such as 12h or 90d"
        case .orNever(let kind): "\(kind.expectation), or never"
        case .size: "a size such as 512m or 4g"
        case .number: "a number above 0"
        case .boolean: "true or false"
        case .list: "a list"
        }
    }
}
