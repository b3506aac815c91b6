import AgentStream
import Foundation

/// Whether the long versions of the generated tests are wanted.
let isSoak = ProcessInfo.processInfo.environment["CARETAKER_SOAK"] == "1"

/// How many texts a generated test makes.
let generatedCount = isSoak ? 1_000_000 : 5000

/// One recorded run of the real command, with its exit code where the recording has one.
struct Recording {
    let name: String
    let lines: [[UInt8]]
    let exitCode: Int32?

    init(_ name: String) throws {
        let file = try Self.folder().appending(path: name)
        self.name = name
        let bytes = [UInt8](try Data(contentsOf: file.appendingPathExtension("jsonl")))
        lines = bytes.split(separator: UInt8(ascii: "\n")).map(Array.init)
        let meta = try? String(contentsOf: file.appendingPathExtension("meta"), encoding: .utf8)
        exitCode = meta?.split(separator: " ").first { $0.hasPrefix("rc=") }.flatMap { Int32($0.dropFirst(3)) }
    }

    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder().path)
            .filter { $0.hasSuffix(".jsonl") }
            .map { String($0.dropLast(".jsonl".count)) }
            .sorted()
    }

    /// The fold after all the lines.
    var fold: AgentFold {
        var fold = AgentFold()
        for line in lines { fold.take(line) }
        return fold
    }

    /// What a reader sees of it.
    var entries: [TranscriptEntry] {
        var fold = TranscriptFold()
        return lines.flatMap { fold.entries(of: $0, kind: AgentLine(classifying: $0).kind) }
    }

    /// Recordings without a line on standard output.
    static let silent: Set = ["env-scrubbed", "resume-4-session-id-in-use"]

    /// What the transcript of a recording must read as.
    static func text(of name: String) throws -> String {
        try String(contentsOf: folder().appending(path: "\(name).txt"), encoding: .utf8)
    }

    private static func folder() throws -> URL {
        guard let resources = Bundle.module.resourceURL else { throw CocoaError(.fileNoSuchFile) }
        return resources.appending(path: "Fixtures")
    }
}

/// The bytes of a text.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
