import AgentStream
import Foundation

/// How long it takes to make entries, and a text, of a run of 50,000 messages: all recordings, again and again.
@main
enum TranscriptBenchmark {
    private static let count = 50_000
    private static let rounds = 5

    static func main() throws {
        let messages = try recorded()
        let bytes = messages.reduce(0) { $0 + $1.body.count } / messages.count
        print(
            "\(count) messages of \(bytes) bytes on average, \(rounds) rounds; seconds, and the process's peak memory"
        )
        measure("only parsed") { body, _ in _ = try? JSONValue(parsing: body) }
        var fold = TranscriptFold()
        measure("entries") { body, kind in _ = fold.entries(of: body, kind: kind) }
        var transcript = TranscriptText(TranscriptText.Options(inColor: true, width: 100))
        measure("entries and coloured text") { body, kind in
            _ = transcript.text(of: fold.entries(of: body, kind: kind))
        }

        func measure(_ what: String, _ work: ([UInt8], AgentLine.Kind) -> Void) {
            let times = (0..<rounds).map { _ in
                ContinuousClock().measure {
                    for index in 0..<count {
                        work(messages[index % messages.count].body, messages[index % messages.count].kind)
                    }
                }
            }.sorted()
            let seconds = times.map { Double($0.components.seconds) + Double($0.components.attoseconds) / 1e18 }
            var usage = rusage()
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            print(
                what,
                String(
                    format: "best %.2f, median %.2f, %ld MB",
                    seconds[0],
                    seconds[rounds / 2],
                    usage.ru_maxrss / 1024
                )
            )
        }
    }

    private static func recorded() throws -> [(body: [UInt8], kind: AgentLine.Kind)] {
        let folder = "Tests/AgentStreamTests/Fixtures"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".jsonl") }
            .sorted()
        return try names.flatMap { name in
            try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
                .split(separator: 0x0A)
                .map { (Array($0), AgentLine(classifying: $0).kind) }
                .filter { $0.1 != .streamEvent }
        }
    }
}
