import Configuration
import Foundation
import SystemPackage

/// Reads the configuration: flags before environment before file before default.
struct ConfigurationReader {
    /// Values of keys that flags gave.
    let flags: [String: String]
    let environment: [String: String]
    /// The file's path; nil to go without one.
    let file: String?

    /// Everything that was given or has a default, by key; each value is of its key's kind.
    ///
    /// - Throws: `ConfigurationProblems`, all at once.
    func values() async throws -> [String: RawValue] {
        var problems = unknownVariables()
        do throws(ConfigurationProblem) {
            if let file { problems += try ConfigurationFile(path: file).problems() }
        } catch {
            problems.append(error)
        }
        guard problems.isEmpty else { throw ConfigurationProblems(problems: problems) }
        let reader = try await reader()
        var values: [String: RawValue] = [:]
        for key in ConfigurationKey.all {
            guard let value = Self.value(of: key, from: reader) ?? credential(of: key) else { continue }
            if let message = value.complaint(key) {
                problems.append(ConfigurationProblem(place: place(of: key), message: message))
            }
            values[key.name] = value
        }
        guard problems.isEmpty else { throw ConfigurationProblems(problems: problems) }
        return values
    }

    private func reader() async throws -> ConfigReader {
        let given = flags.map { name, text in
            (
                AbsoluteConfigKey(name.split(separator: ".").map(String.init)),
                ConfigValue(.string(text), isSecret: false)
            )
        }
        let variables = EnvironmentVariablesProvider(environmentVariables: environment)
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: Dictionary(given) { $1 }),
            variables.prefixKeys(with: "caretaker"),
        ]
        if let file, try !Self.isEmpty(file) {
            providers.append(try await FileProvider<YAMLSnapshot>(filePath: FilePath(file)))
        }
        return ConfigReader(providers: providers)
    }

    private static func value(of key: ConfigurationKey, from reader: ConfigReader) -> RawValue? {
        let name = ConfigKey(key.name.split(separator: ".").map(String.init))
        guard key.kind == .list else {
            return (reader.string(forKey: name) ?? key.standard).map(RawValue.text)
        }
        return .list(reader.stringArray(forKey: name) ?? [])
    }

    /// The file of a secret that systemd handed in, as `LoadCredential=caretaker:FOLDER` names those of a folder.
    private func credential(of key: ConfigurationKey) -> RawValue? {
        guard let name = key.credential, let folder = environment["CREDENTIALS_DIRECTORY"] else { return nil }
        let path = "\(folder)/caretaker_\(name)"
        return FileManager.default.fileExists(atPath: path) ? .text(path) : nil
    }

    /// Variables that begin like ours and are none of ours.
    private func unknownVariables() -> [ConfigurationProblem] {
        let known = Set(ConfigurationKey.all.map(\.variable)).union(Self.otherVariables)
        return environment.keys.sorted().filter { $0.hasPrefix("CARETAKER_") && !known.contains($0) }.map { name in
            let near = known.min { NearestName.distance($0, name) < NearestName.distance($1, name) } ?? ""
            return ConfigurationProblem(place: name, message: "unknown variable; did you mean \(near)?")
        }
    }

    /// Variables that are no keys: for the client commands and for tests.
    private static let otherVariables: Set<String> = [
        // Of the build, which `make run` hands on.
        "CARETAKER_REVISION",
        "CARETAKER_CONFIG", "CARETAKER_SERVER", "CARETAKER_TOKEN", "CARETAKER_FAILPOINT", "CARETAKER_SOAK",
        "CARETAKER_BIN_DIR", ServiceUnit.variable, "CARETAKER_CLAUDE", "CARETAKER_TEST_DELIVERIES",
        "CARETAKER_DEMO_DIR",
        // What an agent's environment has, for a service that is started inside a run.
        "CARETAKER_EXECUTION", "CARETAKER_SESSION_ID", "CARETAKER_SESSION_RESUME",
    ]

    /// Whether a file holds nothing but comments, which swift-configuration does not take for a mapping.
    private static func isEmpty(_ path: String) throws -> Bool {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return text.split(whereSeparator: \.isNewline).allSatisfy { line in
            let line = line.drop { $0 == " " || $0 == "\t" }
            return line.isEmpty || line.hasPrefix("#") || line == "---"
        }
    }

    private func place(of key: ConfigurationKey) -> String {
        if flags[key.name] != nil { return "--\(key.name.split(separator: ".").last ?? "")" }
        if environment[key.variable] != nil { return key.variable }
        return file ?? "default"
    }
}
