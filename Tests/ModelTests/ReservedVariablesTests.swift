import Model
import Testing

struct ReservedVariablesTests {
    @Test(arguments: [
        "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "ANTHROPIC_UNIX_SOCKET", "https_proxy", "HTTP_PROXY", "All_Proxy",
        "NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED", "LD_PRELOAD", "BUN_OPTIONS", "SSL_CERT_FILE",
        "CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST", "CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CONFIG_DIR", "HOME",
    ])
    func aTaskMayNotSetWhatLeadsTheKeyElsewhere(_ name: String) {
        #expect(ReservedVariables.contains(name))
    }

    @Test(arguments: ["CI", "NODE_ENV", "NODE_OPTIONS", "PATH", "CLAUDE_CODE_MAX_RETRIES", "PROXY", "BASH_ENV"])
    func aTaskMaySetTheRest(_ name: String) {
        #expect(!ReservedVariables.contains(name))
    }
}
