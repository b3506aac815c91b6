import AgentStream
import Testing

@Test func anAgentSaysItsModelAndVersion() throws {
    let identity = try Recording("bash-success").fold.identity
    #expect(identity == AgentIdentity(model: "claude-opus-5-5", version: "2.1.330"))
}

@Test func whatTheFirstInitSaysStays() {
    var fold = AgentFold()
    for model in ["one", "two"] {
        fold.take(bytes("{\"type\":\"system\",\"subtype\":\"init\",\"model\":\"\(model)\"}"))
    }
    #expect(fold.identity == AgentIdentity(model: "one", version: nil))
}

@Test func anIdentityIsShortAndOnOneLine() {
    var fold = AgentFold()
    let long = String(repeating: "x", count: 5000)
    fold.take(
        bytes(
            "{\"type\":\"system\",\"subtype\":\"init\",\"model\":\"a\\n\\u0007b\",\"claude_code_version\":\"\(long)\"}"
        )
    )
    #expect(fold.identity.version?.utf8.count ?? 0 < 500)
    #expect(fold.identity.model?.contains("\n") == false)
}
