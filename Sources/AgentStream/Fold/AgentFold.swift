/// Everything that is to be known of an agent's process from its lines, each line read once.
package struct AgentFold: Sendable {
    private var verdictFold = VerdictFold()
    private var usageFold = UsageFold()

    /// The session of the last `system/init` or result, with which a later process can resume.
    package private(set) var sessionID: String?
    /// Set once a line makes the failure certain: the run is to be ended at once.
    package private(set) var abort: AgentFailure?

    /// What the first `system/init` says of the program and its model.
    package private(set) var identity = AgentIdentity()

    package init() {}

    package var usage: AgentUsage { usageFold.usage }

    /// Takes a line without its newline, in the order of the output.
    package mutating func take(_ line: [UInt8]) {
        let line = FoldLine(line)
        verdictFold.take(line)
        usageFold.take(line)
        abort = abort ?? VerdictFold.abort(for: line)
        if line.kind == .system, line.subtype == "init", let tree = line.tree { identity.take(tree) }
        if line.kind == .result || line.kind == .system && line.subtype == "init",
            let session = line.tree?["session_id"]?.string, Self.isSessionID(session)
        {
            sessionID = session
        }
    }

    package func verdict(exit: AgentExit, policy: VerdictPolicy = VerdictPolicy()) -> Verdict {
        verdictFold.verdict(exit: exit, policy: policy)
    }

    /// Whether the text can be an argument of a later command line: nothing that reads as an option or needs quoting.
    private static func isSessionID(_ text: String) -> Bool {
        guard (1...128).contains(text.utf8.count), text.utf8.first != UInt8(ascii: "-") else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }
}

extension AgentIdentity {
    /// Takes what an init line says; what was said before stays.
    fileprivate mutating func take(_ tree: JSONValue) {
        model = model ?? Self.shown(tree["model"])
        version = version ?? Self.shown(tree["claude_code_version"])
    }

    /// Text from inside the instance that is kept with the run: short and on one line.
    private static func shown(_ value: JSONValue?) -> String? {
        value?.string.map { VisibleText.oneLine($0, limit: 100) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
