import AgentStream
import Curl
import Foundation
import Glibc

/// Prints a run's messages.
struct RunFollower {
    /// How often a lost connection is tried again before giving up, a second apart.
    private static let attempts = 60

    let client: ServiceClient
    let output: OutputOptions
    let options: TranscriptText.Options

    /// Prints messages as they come until the run has ended; resumes by itself when the service restarts.
    func follow(_ run: String, after: Int) async throws -> RunEnd {
        var printer = RunPrinter(output: output, options: options)
        var last = after
        var failures = 0
        while true {
            do {
                if let end = try await printEvents(run, &last, &printer) { return end }
            } catch let failure as Failure where failure.code == EX_UNAVAILABLE && failures < Self.attempts {
                failures += 1
            } catch is CurlError {
                failures += 1
                guard failures < Self.attempts else {
                    throw Failure("the service does not answer", code: EX_UNAVAILABLE)
                }
            }
            printer.clearPartial()
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// Prints what is stored and returns; says so where the messages have expired.
    func printStored(_ run: String, after: Int) async throws {
        var printer = RunPrinter(output: output, options: options)
        var last = after
        while true {
            let page = try await client.query("runs.messages", ["id": .string(run), "after": JSONValue(last)])
            guard let messages = page["messages"]?.array, let newest = messages.last?["seq"]?.int else {
                return last == after ? try await tellOfExpiry(run) : ()
            }
            for message in messages {
                if let json = message["message"] { printer.show(json.encoded) }
            }
            last = newest
        }
    }

    private func tellOfExpiry(_ run: String) async throws {
        let found = try await client.query("runs.byId", ["id": .string(run), "messages": false])
        guard found["transcript"] == "expired" else { return }
        let sentence = "caretaker: the messages of run \(run) are not kept any more (retention.messages_age)\n"
        FileHandle.standardError.write(Data(sentence.utf8))
    }

    /// The run's end, or nil when the stream ended before.
    private func printEvents(_ run: String, _ last: inout Int, _ printer: inout RunPrinter) async throws -> RunEnd? {
        var parser = EventParser()
        for try await chunk in try await client.events(of: run, after: last).body {
            for event in parser.parse(chunk) {
                switch event.name {
                case "end":
                    printer.clearPartial()
                    let end = try JSONValue(parsing: event.data)
                    if output.format == .table, !output.quiet { print("\(RunEnd.shown(end))\(detail(end))") }
                    return try RunEnd(end)
                case "partial": printer.showPartial(event.data)
                default:
                    last = event.id.flatMap { Int($0) } ?? last
                    printer.show(event.data)
                }
            }
        }
        return nil
    }

    private func detail(_ end: JSONValue) -> String {
        end["detail"]?.string.map { ": \(VisibleText.oneLine($0, limit: 500))" } ?? ""
    }
}
