import AgentStream
import Foundation
import Model
import Store

/// The recorded runs of the real command that AgentStream's tests have.
enum Recordings {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appending(path: "../../../AgentStreamTests/Fixtures")

    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
            .filter { $0.hasSuffix(".jsonl") }.sorted()
    }

    /// Recordings of a command that printed nothing.
    static let silent: Set = ["env-scrubbed.jsonl", "resume-4-session-id-in-use.jsonl"]

    static func lines(of name: String) throws -> [[UInt8]] {
        let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
        return bytes.split(separator: UInt8(ascii: "\n")).map(Array.init)
    }

    /// What the service makes of an agent's line.
    static func ingested(_ line: [UInt8]) -> IngestedLine {
        let kind = AgentLine(classifying: line).kind
        if kind == .streamEvent { return .partial(line) }
        return .message(NewMessage(kind: Message.Kind(rawValue: kind.rawValue) ?? .other, body: line))
    }

    /// The lines of all recordings as the service stores them.
    static func all() throws -> [IngestedLine] {
        try names().flatMap { try lines(of: $0) }.map(ingested)
    }
}

extension IngestedLine {
    /// The bytes that are stored; nil for what is only shown live.
    var stored: [UInt8]? {
        guard case .message(let message) = self else { return nil }
        return message.body
    }
}
