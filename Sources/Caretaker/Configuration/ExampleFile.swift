/// The commented example file, made from the table of keys.
enum ExampleFile {
    static var text: String {
        var text = """
            # Caretaker's configuration. Every key is optional but agent.command; what is commented out is the default.
            # A flag wins over an environment variable, that over this file.

            """
        var section = ""
        for key in ConfigurationKey.all {
            let parts = key.name.split(separator: ".").map(String.init)
            let own = parts.count > 1 ? parts[0] : ""
            if own != section {
                section = own
                text += "\n\(sectionLine(own))\n"
            }
            let indent = own.isEmpty ? "" : "  "
            text += "\(indent)# \(key.summary)\n"
            text += "\(indent)# Environment: \(key.variable)\n"
            text += "\(line(key, parts.last ?? "", indent))\n"
        }
        return text
    }

    /// A section whose keys are all commented out must be so as well, or it would be null.
    private static func sectionLine(_ section: String) -> String {
        section == "agent" ? "agent:" : "# \(section):"
    }

    private static func line(_ key: ConfigurationKey, _ name: String, _ indent: String) -> String {
        if key.name == "agent.command" { return "\(indent)\(name): [/usr/bin/caretaker-demo-agent]" }
        let standard = key.standard.map { key.name == "server.listen" ? "\"\($0)\"" : $0 } ?? "…"
        return "\(indent)# \(name): \(standard)"
    }
}
