import AgentStream
import Model

/// The values of a task's settings that may be secrets: what the agent's and its servers' environments and the servers'
/// headers hold by names that sound like it, or in addresses with a password.
enum SecretValues {
    private static let words = [
        "token", "secret", "pass", "pwd", "key", "credential", "auth", "cookie", "dsn", "private",
    ]

    /// Settings without what may be secret: null stands for it.
    static func withheld(_ settings: JSONValue) -> JSONValue {
        changed(settings) { path, value in
            value.string != nil && (isSecret(path) || hasPassword(value)) ? .null : value
        }
    }

    /// Settings in which null stands for the value that there is already.
    ///
    /// - Parameters:
    ///   - settings: What a file says.
    ///   - present: What is set until then.
    /// - Returns: The settings without null, and the paths for which there is no value.
    static func restored(_ settings: JSONValue, from present: JSONValue?) -> (settings: JSONValue, missing: [String]) {
        var missing: [String] = []
        let restored = changed(settings) { path, value in
            guard value.isNull else { return value }
            let known = path.reduce(present) { $0?[$1] }
            if known == nil || known?.isNull == true { missing.append(path.joined(separator: ".")) }
            return known ?? .null
        }
        return (restored, missing)
    }

    /// A difference in which nothing secret can be read.
    static func hidden(_ difference: FieldDifference) -> FieldDifference {
        let path = difference.path
        let values = [difference.before, difference.after].compactMap(\.self)
        guard path.first == "settings", isSecret(Array(path.dropFirst())) || values.contains(where: hasPassword) else {
            return difference
        }
        return FieldDifference(
            path: path,
            before: difference.before.map { $0.isNull ? .null : "(hidden)" },
            after: difference.after.map { $0.isNull ? .null : "(hidden)" }
        )
    }

    /// The settings with every value of an environment or of headers changed.
    private static func changed(
        _ value: JSONValue,
        at path: [String] = [],
        _ change: ([String], JSONValue) -> JSONValue
    ) -> JSONValue {
        if isVariable(path) { return change(path, value) }
        guard case .object(let object) = value else { return value }
        let members = object.map { member in
            JSONObject.Member(key: member.key, value: changed(member.value, at: path + [member.key], change))
        }
        return .object(JSONObject(members))
    }

    /// Whether a path, from the settings on, is one variable's or header's.
    private static func isVariable(_ path: [String]) -> Bool {
        if path.count == 2, path[0] == "environment" { return true }
        guard path.count == 6, path.prefix(3) == ["agent", "mcpConfig", "mcpServers"] else { return false }
        return path[4] == "env" || path[4] == "headers"
    }

    /// Whether a text is an address such as `postgres://user:password@host`.
    private static func hasPassword(_ value: JSONValue) -> Bool {
        value.string?.contains(/:\/\/[^\/@\s]*:[^@\s]*@/) == true
    }

    private static func isSecret(_ path: [String]) -> Bool {
        guard isVariable(path), let name = path.last?.lowercased() else { return false }
        return words.contains { name.contains($0) }
    }
}
