/// The commented example file, made from the table of keys.
enum ExampleFile {
    /// The file with some keys set, each to what would stand there.
    static func text(setting settings: [String: String] = [:]) -> String {
        var text = """
            # Caretaker's configuration. Every key is optional; what is commented out is the default.
            # A flag wins over an environment variable, that over this file.

            """
        var section = ""
        for key in ConfigurationKey.all {
            let parts = key.name.split(separator: ".").map(String.init)
            let own = parts.count > 1 ? parts[0] : ""
            if own != section {
                section = own
                // With all of its keys commented out it would be null.
                let isNeeded = settings.keys.contains { $0.hasPrefix("\(own).") }
                text += isNeeded ? "\n\(own):\n" : "\n# \(own):\n"
            }
            let indent = own.isEmpty ? "" : "  "
            text += "\(indent)# \(key.summary)\n"
            text += "\(indent)# Environment: \(key.variable)\n"
            let name = parts.last ?? ""
            text += settings[key.name].map { "\(indent)\(name): \($0)\n" } ?? "\(line(key, name, indent))\n"
        }
        return text
    }

    private static func line(_ key: ConfigurationKey, _ name: String, _ indent: String) -> String {
        let standard = key.standard.map { key.name == "server.listen" ? "\"\($0)\"" : $0 } ?? "…"
        return "\(indent)# \(name): \(standard)"
    }
}
