import Foundation
import Glibc
import Logging
import Testing

@testable import Journal

struct LogOutputTests {
    @Test(arguments: [
        (LogFormat.auto, true, true, LogStyle.journal), (.auto, true, false, .prefixed), (.auto, false, true, .text),
        (.journal, false, true, .journal), (.journal, false, false, .prefixed), (.text, true, true, .text),
        (.json, true, true, .json),
    ])
    func theStyleFollowsFromTheWishAndTheSurroundings(format: LogFormat, stream: Bool, socket: Bool, style: LogStyle) {
        #expect(LogStyle(format, isStream: stream, hasSocket: socket) == style)
    }

    @Test func theVariableAloneDoesNotMeanThatADescriptorLeadsToTheJournal() throws {
        var ends: [CInt] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let identity = try #require(JournalStream.identity(of: ends[1]))
        #expect(JournalStream.leads(from: ends[1], ["JOURNAL_STREAM": identity]))
        for wrong in ["", "1", identity + "0", "a:b", identity + ":1"] {
            #expect(!JournalStream.leads(from: ends[1], ["JOURNAL_STREAM": wrong]))
        }
        #expect(!JournalStream.leads(from: 2, ["JOURNAL_STREAM": identity]))
        #expect(!JournalStream.leads(from: ends[1], [:]))
    }

    @Test func loggersHaveTheOutputsLevelUntilTheyGetTheirOwn() {
        let output = LogOutput(style: .text, level: .info, identifier: "x", descriptor: -1, queue: nil)
        let first = output.logger(label: "first")
        var second = output.logger(label: "second")
        second.logLevel = .error
        output.level = .debug
        #expect(first.logLevel == .debug)
        #expect(second.logLevel == .error)
        var third = first
        third[metadataKey: "a"] = "b"
        #expect(first[metadataKey: "a"] == nil)
    }

    @Test func whatIsLoggedAndWhatCannotBeWrittenIsCounted() {
        let output = LogOutput(style: .text, level: .info, identifier: "x", descriptor: -1, queue: nil)
        let logger = output.logger(label: "x")
        logger.info("one")
        logger.info("two")
        logger.error("three")
        logger.debug("four")
        #expect(output.counts == LogCounts(messages: [.info: 2, .error: 1], overflowed: 0, undelivered: 3))
    }

    @Test func linesOfSeveralThreadsDoNotMix() async throws {
        let path = "/tmp/ct-lines-\(UInt32.random(in: .min ... .max))"
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        try #require(descriptor >= 0)
        defer {
            close(descriptor)
            unlink(path)
        }
        let output = LogOutput(style: .json, level: .info, identifier: "x", descriptor: descriptor, queue: nil)
        let long = String(repeating: "x", count: 10_000)
        await withDiscardingTaskGroup { group in
            for number in 0..<8 {
                group.addTask {
                    let logger = output.logger(label: "\(number)")
                    for _ in 0..<50 { logger.info("\(long)") }
                }
            }
        }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 400)
        #expect(lines.allSatisfy { (try? JSONSerialization.jsonObject(with: Data($0.utf8))) != nil })
    }
}
