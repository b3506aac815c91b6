/// Environment variables with which a task could have Claude Code send the service's API key elsewhere.
///
/// Found by experiment with Claude Code 2.1.330; the operator's own `agent.environment` may set them.
package enum ReservedVariables {
    /// Whether a task may not set a variable.
    package static func contains(_ name: String) -> Bool {
        let name = name.uppercased()
        return names.contains(name) || name.hasSuffix("_PROXY") || prefixes.contains { name.hasPrefix($0) }
    }

    /// Where requests go, what they trust, and what is loaded into the program itself.
    private static let prefixes = [
        "ANTHROPIC_", "BUN_", "LD_", "SSL_CERT_", "CLAUDE_CODE_PROVIDER_", "CLAUDE_CODE_USE_",
    ]

    private static let names: Set<String> = [
        "NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED", "CLAUDE_CODE_CERT_STORE", "CLAUDE_CODE_API_BASE_URL",
        "CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR",
        // Below them are the user's own settings, whose hooks are started.
        "CLAUDE_CONFIG_DIR", "HOME",
    ]
}
