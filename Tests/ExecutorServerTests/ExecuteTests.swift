import Curl
import ExecutorAPI
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ExecuteTests {
    @Test(arguments: ExecutorMode.here) func linesAndTheExitRecordArriveInOrder(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let story = try await executor.run("lines 3 200")
            #expect(story.kinds == "aaaaa")
            #expect(story.record.code == 0)
            #expect(story.record.endedBy == .agent)
            #expect(story.record.lines == 5)
            #expect(story.lines[1].contains(#""text":"1 "#))
            #expect(story.frames[1].body.count == 200)
            let stored = try Data(contentsOf: URL(fileURLWithPath: "\(executor.folder)/executions/step-1/exit.json"))
            #expect(try JSONDecoder().decode(ExitRecord.self, from: stored) == story.record)
            let spool = try Data(contentsOf: URL(fileURLWithPath: "\(executor.folder)/executions/step-1/spool"))
            #expect([UInt8](spool) == story.bytes)
        }
    }

    @Test(arguments: ExecutorMode.here) func everyPlaceOfTheStreamCanBeResumed(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let story = try await executor.run("lines 4 100")
            let all = try await executor.bytes(of: "step-1")
            #expect(all == story.bytes)
            let pieces = all.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
            for line in 0...pieces.count + 2 {
                let rest = try await executor.bytes(of: "step-1", after: line)
                let wanted: [UInt8] = pieces.dropFirst(line).flatMap { Array($0) + [0x0A] }
                #expect(rest == wanted)
            }
        }
    }

    @Test(arguments: ExecutorMode.here) func aReaderWaitsForMoreAndALeavingReaderEndsNothing(
        mode: ExecutorMode
    ) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let request = ExecutorUnderTest.execution("gate go 3 100")
            do {
                let first = try await executor.begin(request)
                var iterator = first.body.makeAsyncIterator()
                _ = try await Story.read(3, of: &iterator)
            }
            async let late = executor.bytes(of: "step-1", after: 2)
            try executor.make("go")
            let rest = try await late
            let story = try Story(try await executor.bytes(of: "step-1"))
            #expect(story.kinds == "aaaaaaa")
            #expect(story.record.code == 0)
            #expect(story.bytes.suffix(rest.count) == rest[...])
            #expect(rest.count(where: { $0 == 0x0A }) == 6)
        }
    }

    @Test(arguments: ExecutorMode.here) func aRepeatedCallDeliversThePromptOnce(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let note = "\(executor.volume)/deliveries"
            let environment = ["CARETAKER_TEST_DELIVERIES": note]
            let stories = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<8 {
                    group.addTask { try await executor.run("lines 50 1000", environment: environment).bytes }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(stories.count == 8)
            #expect(Set(stories).count == 1)
            let again = try await executor.run("lines 50 1000", environment: environment)
            #expect(again.bytes == stories.first)
            let deliveries = try String(contentsOfFile: note, encoding: .utf8).split(separator: "\n")
            #expect(deliveries.count == 1)
        }
    }

    @Test(arguments: ExecutorMode.here) func anotherExecutionIsRefusedWhileOneRuns(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let stream = try await executor.begin(ExecutorUnderTest.execution("gate go 1"))
            for (path, body) in [
                ("/execute", try JSONEncoder().encode(ExecutorUnderTest.execution("silent", id: "step-2"))),
                ("/git-export", Data("{}".utf8)), ("/git-clone", Data("{}".utf8)),
                ("/precheck", Data(#"{"id":"a","command":["true"]}"#.utf8)),
            ] {
                #expect(try await executor.send("POST", path, [UInt8](body)).status == 409)
            }
            try executor.make("go")
            #expect(try Story(await Story.bytes(of: stream)).record.code == 0)
            #expect(try await executor.run("silent", id: "step-2").record.code == 0)
        }
    }

    @Test(arguments: ExecutorMode.here) func theAgentStartsInACleanProcess(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let lines = try await executor.run("echo-process").lines
            let status = Dictionary(
                lines.compactMap { line -> (String, String)? in
                    let parts = line.split(separator: ":", maxSplits: 1)
                    guard parts.count == 2 else { return nil }
                    return (String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces))
                },
                uniquingKeysWith: { first, _ in first }
            )
            #expect(status["NoNewPrivs"] == "1")
            #expect(status["SigBlk"] == "0000000000000000")
            // glibc keeps 32 and 33 for itself, and leaves them ignored in what it spawns.
            let ignored = UInt64(status["SigIgn"] ?? "", radix: 16)
            #expect(ignored.map { $0 & ~0x1_8000_0000 } == 0)
            #expect(lines.contains("oom 1000"))
            #expect(lines.filter { $0.hasPrefix("fd ") } == ["fd 0", "fd 1", "fd 2"])
            let own = lines.first { $0.hasPrefix("pid ") }?.split(separator: " ") ?? []
            #expect(own.count > 3 && own[1] == own[3])
        }
    }

    @Test(arguments: ExecutorMode.here) func theEnvironmentIsMadeFromNothing(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let lines = try await executor.run("echo-env", environment: ["EXTRA": "a=b"]).lines
            let names = Set(lines.compactMap { $0.split(separator: "=").first.map(String.init) })
            #expect(
                names == ["CARETAKER", "CARETAKER_EXECUTION", "EXTRA", "HOME", "LANG", "PATH", "SHELL", "TERM", "USER"]
            )
            #expect(lines.contains("EXTRA=a=b"))
            #expect(lines.contains("HOME=\(executor.home)"))
        }
    }

    @Test(arguments: ExecutorMode.here) func aLongPromptArrivesAsAWholeAndStaysInNoFile(mode: ExecutorMode) async throws
    {
        try await ExecutorUnderTest.with(mode) { executor in
            let words = (0..<200_000).map { "word\($0)" }.joined(separator: " ")
            let story = try await executor.run("echo-prompt-size \(words)")
            #expect(story.lines == ["\(words.utf8.count)"])
            let folder = "\(executor.folder)/executions/step-1"
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
                #expect(!String(decoding: bytes, as: UTF8.self).contains("word1234"))
            }
        }
    }

    @Test(arguments: ExecutorMode.here) func aProgramThatCannotStartIsSaidSo(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            var request = ExecutorUnderTest.execution("x")
            request.agent?.command = ["/nowhere/agent"]
            let story = try Story(await Story.bytes(of: try await executor.begin(request)))
            #expect(story.record.endedBy == .notStarted)
            #expect(story.record.detail?.contains("/nowhere/agent") == true)
            #expect(story.frames.isEmpty)
        }
    }

    @Test func tenThousandLinesComeThrough() async throws {
        try await ExecutorUnderTest.with { executor in
            let story = try await executor.run("lines 10000 1500")
            #expect(story.frames.count == 10_002)
            for number in [1, 5000, 10_000] { #expect(story.lines[number].contains(#""text":"\#(number) "#)) }
        }
    }
}
