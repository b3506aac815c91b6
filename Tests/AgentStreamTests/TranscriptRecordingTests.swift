import AgentStream
import Testing

@Test func everyRecordingIsUnderstood() throws {
    for name in try Recording.names() {
        let entries = try Recording(name).entries
        #expect(!entries.isEmpty || Recording.silent.contains(name), "\(name) shows nothing")
        for entry in entries {
            if case .unknown(let part) = entry.content { Issue.record("\(name): \(part.type)\n\(part.json.visible)") }
        }
    }
}

@Test func everyResultOfARecordingFindsItsUse() throws {
    for name in try Recording.names() {
        var open: Set<String> = []
        for entry in try Recording(name).entries {
            switch entry.content {
            case .toolUse(let use): open.insert(use.id)
            case .toolResult(let result): #expect(open.remove(result.of) != nil && result.name != nil, "\(name)")
            default: break
            }
        }
    }
}
