import Foundation
import Glibc
import Logging
import TestSupport
import Testing

@testable import Journal

@Suite(.timeLimit(.minutes(1)))
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
        let output = LogOutput(style: .text, level: .info, identifier: "x", descriptor: -1)
        defer { output.end() }
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

    @Test func whatIsLoggedAndWhatCannotBeWrittenIsCounted() async {
        let output = LogOutput(style: .text, level: .info, identifier: "x", descriptor: -1)
        defer { output.end() }
        let logger = output.logger(label: "x")
        logger.info("one")
        logger.info("two")
        logger.error("three")
        logger.debug("four")
        #expect(await output.flush(within: .seconds(30)))
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
        let output = LogOutput(style: .json, level: .info, identifier: "x", descriptor: descriptor)
        defer { output.end() }
        let long = String(repeating: "x", count: 10_000)
        await withDiscardingTaskGroup { group in
            for number in 0..<8 {
                group.addTask {
                    let logger = output.logger(label: "\(number)")
                    for _ in 0..<50 { logger.info("\(long)") }
                }
            }
        }
        #expect(await output.flush(within: .seconds(30)))
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 400)
        #expect(lines.allSatisfy { (try? JSONSerialization.jsonObject(with: Data($0.utf8))) != nil })
    }

    @Test(arguments: [LogStyle.text, .prefixed, .json])
    func whoReadsNothingHoldsNobodyUpAndIsToldLaterOfWhatWasLost(style: LogStyle) async throws {
        let pipe = try SmallPipe()
        let output = LogOutput(
            style: style,
            level: .info,
            identifier: "x",
            descriptor: pipe.writing,
            bounds: .init(entries: 100)
        )
        defer { output.end() }
        let logger = output.logger(label: "x")
        for number in 0..<1000 { logger.info("entry \(number) \(String(repeating: "x", count: 200))") }
        // A critical entry is waited for, but not for ever.
        logger.critical("the last")
        let lost = output.counts.overflowed
        #expect(lost > 0)
        #expect(await output.flush(within: .milliseconds(1)) == false)
        let lines = pipe.lines()
        #expect(await output.flush(within: .seconds(30)))
        pipe.closeWriting()
        var heard: [String] = []
        for await line in lines { heard.append(line) }
        #expect(heard.count(where: { $0.contains("entry ") || $0.contains("the last") }) == 1001 - Int(lost))
        let told = heard.compactMap { $0.firstMatch(of: /entries\.lost"?[=:]"?(\d+)/).flatMap { UInt64($0.1) } }
        #expect(told.reduce(0, +) == lost)
        #expect(heard.contains { $0.contains("entries_lost") })
    }

    @Test func aCriticalEntryIsWrittenBeforeItsCallerGoesOn() throws {
        let pipe = try SmallPipe()
        let output = LogOutput(style: .text, level: .info, identifier: "x", descriptor: pipe.writing)
        defer { output.end() }
        output.logger(label: "x").critical("the last")
        #expect(pipe.waiting > 0)
        pipe.closeWriting()
    }
}
