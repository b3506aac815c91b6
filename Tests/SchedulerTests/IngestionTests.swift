import AgentStream
import Model
import Store
import Testing

@testable import Scheduler

struct IngestionTests {
    private static let exit = AgentExitRecord(code: 0, signal: nil, endedBy: .agent, detail: nil, stderr: "")

    private static func batches(_ frames: [AgentFrame]) -> [Ingestion.Batch] {
        var fold = AgentFold()
        return Ingestion.batches(of: frames, fold: &fold)
    }

    private static func lines(_ texts: String...) -> [AgentFrame] {
        texts.map { .line(Array($0.utf8)) }
    }

    private static func kinds(_ batches: [Ingestion.Batch]) -> [Message.Kind?] {
        batches.flatMap(\.lines).map { line in
            if case .message(let message) = line { message.kind } else { nil }
        }
    }

    @Test
    func nothingMakesNoBatch() {
        #expect(Self.batches([]).isEmpty)
    }

    @Test
    func linesBecomeMessagesOfTheirKind() {
        let batches = Self.batches(
            Self.lines(
                #"{"type":"system"}"#,
                #"{"type":"assistant"}"#,
                #"{"type":"user"}"#,
                #"{"type":"result"}"#,
                #"{"type":"rate_limit_event"}"#,
                #"{"type":"stream_event"}"#,
                #"{"type":"notice"}"#,
                "[1]",
                "no JSON",
                "",
                String(repeating: "[", count: 600)
            ) + [.line([0x22, 0xFF, 0x22])]
        )
        #expect(
            Self.kinds(batches)
                == [.system, .assistant, .user, .result, .rateLimit, nil, .other, .other, .raw, .raw, .raw, .raw]
        )
        #expect(batches.map(\.frames) == [12])
    }

    @Test
    func aStreamEventIsPartialAndCountsAsALineOfTheSpool() {
        let bytes = Array(#"{"type":"stream_event","event":{}}"#.utf8)
        let batches = Self.batches([.line(bytes)])
        #expect(batches.map(\.lines) == [[.partial(bytes)]])
        #expect(batches.map(\.frames) == [1])
    }

    @Test
    func aCutLineIsKeptAsCutWhateverItLooksLike() {
        let bytes = Array(#"{"type":"result","subtype":"success","is_error":false}"#.utf8)
        var fold = AgentFold()
        let batches = Ingestion.batches(of: [.cutLine(bytes)], fold: &fold)
        #expect(batches.map(\.lines) == [[.message(NewMessage(kind: .cut, body: bytes))]])
        #expect(!fold.verdict(exit: .exited(0)).isSuccess)
    }

    @Test
    func theFoldTakesEveryLine() {
        var fold = AgentFold()
        let result = #"{"type":"result","subtype":"success","is_error":false,"num_turns":3}"#
        _ = Ingestion.batches(of: Self.lines(#"{"type":"system","subtype":"init"}"#, result), fold: &fold)
        #expect(fold.verdict(exit: .exited(0)).isSuccess)
        #expect(fold.usage.turns == 3)
    }

    @Test
    func aBatchHasAtMost512Lines() {
        let frames = (0..<1100).map { AgentFrame.line(Array("{\"n\":\($0)}".utf8)) }
        let batches = Self.batches(frames)
        #expect(batches.map(\.frames) == [512, 512, 76])
        #expect(batches.map(\.lines.count) == [512, 512, 76])
        let bodies = batches.flatMap(\.lines).map { line -> [UInt8] in
            if case .message(let message) = line { message.body } else { [] }
        }
        #expect(bodies == (0..<1100).map { Array("{\"n\":\($0)}".utf8) })
    }

    @Test
    func aBatchHasAtMostAMegabyteUnlessOneLineIsLarger() {
        func frame(_ size: Int) -> AgentFrame { .line([UInt8](repeating: 0x20, count: size)) }
        let megabyte = 1 << 20
        let half = megabyte / 2
        #expect(Self.batches([frame(half), frame(half), frame(1)]).map(\.frames) == [2, 1])
        #expect(Self.batches([frame(half), frame(half + 1)]).map(\.frames) == [1, 1])
        #expect(Self.batches([frame(1), frame(3 * megabyte), frame(1)]).map(\.frames) == [1, 1, 1])
    }

    @Test(arguments: [0, 1, 511, 512, 513])
    func theExitRecordIsInTheLastBatchAndOnlyThere(_ count: Int) {
        let frames = (0..<count).map { AgentFrame.line(Array("\($0)".utf8)) } + [.exit(Self.exit)]
        let batches = Self.batches(frames)
        #expect(batches.last?.exit == Self.exit)
        #expect(batches.dropLast().allSatisfy { $0.exit == nil })
        #expect(batches.reduce(0) { $0 + $1.frames } == count + 1)
        #expect(batches.reduce(0) { $0 + $1.lines.count } == count)
    }
}
