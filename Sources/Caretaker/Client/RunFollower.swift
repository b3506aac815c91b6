import AgentStream
import Curl
import Foundation
import Glibc

/// Prints a run's messages.
struct RunFollower {
    /// How often a lost connection is tried again before giving up, a second apart.
    private static let attempts = 60

    let client: ServiceClient
    let format: ConnectionOptions.Format

    /// Prints messages as they come until the run has ended; resumes by itself when the service restarts.
    func follow(_ run: String, after: Int) async throws -> RunEnd {
        var last = after
        var failures = 0
        while true {
            do {
                if let end = try await printEvents(run, &last) { return end }
            } catch let failure as Failure where failure.code == EX_UNAVAILABLE && failures < Self.attempts {
                failures += 1
            } catch is CurlError {
                failures += 1
                guard failures < Self.attempts else {
                    throw Failure("the service does not answer", code: EX_UNAVAILABLE)
                }
            }
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// Prints what is stored and returns.
    func printStored(_ run: String, after: Int) async throws {
        var last = after
        while true {
            let page = try await client.query("runs.messages", ["id": .string(run), "after": JSONValue(last)])
            guard let messages = page["messages"]?.array, let newest = messages.last?["seq"]?.int else { return }
            for message in messages {
                if let json = message["message"] { show(json.encoded) }
            }
            last = newest
        }
    }

    /// The run's end, or nil when the stream ended before.
    private func printEvents(_ run: String, _ last: inout Int) async throws -> RunEnd? {
        var parser = EventParser()
        for try await chunk in try await client.events(of: run, after: last).body {
            for event in parser.parse(chunk) {
                switch event.name {
                case "end":
                    let end = try JSONValue(parsing: event.data)
                    if format == .text { print("\(RunEnd.shown(end))\(detail(end))") }
                    return try RunEnd(end)
                case "partial": break
                default:
                    last = event.id.flatMap { Int($0) } ?? last
                    show(event.data)
                }
            }
        }
        return nil
    }

    private func detail(_ end: JSONValue) -> String {
        end["detail"]?.string.map { ": \(VisibleText.oneLine($0, limit: 500))" } ?? ""
    }

    private func show(_ json: [UInt8]) {
        if format == .json {
            print(String(decoding: json, as: UTF8.self))
        } else if let text = LineText.text(of: json) ?? InternalText.text(of: json) {
            print(text)
        }
        // Line by line, also into a pipe.
        fflush(nil)
    }
}

/// The text of the service's own messages, which have the original's form.
enum InternalText {
    static func text(of json: [UInt8]) -> String? {
        guard let tree = try? JSONValue(parsing: json), tree["type"] == "internal" else { return nil }
        return tree["message"]?["content"]?[0]?["data"]?.string.map { VisibleText.escaped($0) }
    }
}
