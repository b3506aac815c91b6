/// Something in the configuration that cannot be used.
struct ConfigurationProblem: Error, Hashable, CustomStringConvertible {
    /// Where it stands: a file and line, a variable or a flag.
    let place: String
    let message: String

    var description: String { "\(place): \(message)" }
}

/// All that is wrong with a configuration.
struct ConfigurationProblems: Error, CustomStringConvertible {
    let problems: [ConfigurationProblem]

    init(problems: [ConfigurationProblem]) {
        self.problems = problems
    }

    /// One problem with the value of a key.
    init(_ key: String, _ message: String) {
        problems = [ConfigurationProblem(place: key, message: message)]
    }

    var description: String { problems.map(\.description).joined(separator: "\n") }
}
