import AgentStream
import Model
import Testing

@testable import Scheduler

struct StepJudgementTests {
    /// What the agent said before it ended.
    enum Story: CaseIterable {
        case nothing
        case talkOnly
        case success
        case failure
        case denied
        case turnsUsedUp
        case refusedCredentials

        var fold: AgentFold {
            var fold = AgentFold()
            for line in lines { fold.take(Array(line.utf8)) }
            return fold
        }

        private var lines: [String] {
            let start = #"{"type":"system","subtype":"init","session_id":"s"}"#
            return switch self {
            case .nothing: []
            case .talkOnly: [start, #"{"type":"assistant","message":{"id":"m","content":[]}}"#]
            case .success: [start, #"{"type":"result","subtype":"success","is_error":false}"#]
            case .failure: [start, #"{"type":"result","subtype":"error_during_execution","is_error":true}"#]
            case .denied:
                [start, #"{"type":"result","subtype":"success","is_error":false,"permission_denials":[{"tool":"x"}]}"#]
            case .turnsUsedUp: [start, #"{"type":"result","subtype":"error_max_turns","is_error":true}"#]
            case .refusedCredentials:
                [start, #"{"type":"system","subtype":"api_retry","error_status":401,"error":"authentication_failed"}"#]
            }
        }
    }

    private static func exit(
        _ endedBy: AgentExitRecord.Ending,
        code: Int? = nil,
        signal: Int? = nil,
        detail: String? = nil,
        stderr: String = ""
    ) -> AgentExitRecord {
        AgentExitRecord(code: code, signal: signal, endedBy: endedBy, detail: detail, stderr: stderr)
    }

    private static func state(
        _ exit: AgentExitRecord,
        _ story: Story,
        _ interruption: Interruption? = nil,
        _ instance: InstanceStatus? = nil,
        policy: PermissionPolicy = .fail
    ) -> RunState? {
        StepJudgement.ending(
            exit: exit,
            fold: story.fold,
            interruption: interruption,
            instance: instance,
            policy: policy
        )?.state
    }

    @Test func aDeniedToolFailsTheRunUnlessTheTaskSaysOtherwise() {
        #expect(Self.state(Self.exit(.agent, code: 0), .denied) == .failed(.permissionDenied))
        #expect(Self.state(Self.exit(.agent, code: 0), .denied, policy: .ignore) == nil)
    }

    @Test(
        arguments: [
            (.nothing, 0, .agentError), (.nothing, 1, .agentStartup), (.talkOnly, 0, .agentError),
            (.talkOnly, 1, .agentError), (.success, 0, nil), (.success, 1, .agentError), (.failure, 0, .agentError),
            (.failure, 1, .agentError), (.denied, 0, .permissionDenied), (.denied, 1, .agentError),
            (.turnsUsedUp, 0, .maxTurns), (.turnsUsedUp, 1, .maxTurns), (.refusedCredentials, 0, .authentication),
            (.refusedCredentials, 1, .authentication),
        ] as [(Story, Int, FailureReason?)]
    )
    func anAgentThatEndedByItselfIsJudgedByItsResultAndItsCode(_ story: Story, _ code: Int, _ reason: FailureReason?) {
        #expect(Self.state(Self.exit(.agent, code: code), story) == reason.map(RunState.failed))
    }

    @Test
    func everyStoryIsJudgedWithEveryCode() {
        for story in Story.allCases {
            let isSuccess = Self.state(Self.exit(.agent, code: 0), story) == nil
            #expect(isSuccess == (story == .success))
            #expect(Self.state(Self.exit(.agent, signal: 9), story) != nil)
            #expect(Self.state(Self.exit(.linger, signal: 9), story) == Self.state(Self.exit(.agent, code: 0), story))
        }
    }

    @Test(
        arguments: [
            (.startup, .timedOut(.startup)), (.idle, .timedOut(.idle)), (.total, .timedOut(.total)),
            (.outputLimit, .failed(.outputLimit)), (.notStarted, .failed(.agentStartup)), (.interrupted, .lost),
        ] as [(AgentExitRecord.Ending, RunState)]
    )
    func anAgentThatWasEndedIsJudgedByWhoEndedIt(_ endedBy: AgentExitRecord.Ending, _ state: RunState) {
        for story in Story.allCases {
            #expect(Self.state(Self.exit(endedBy, code: 0), story) == state)
            #expect(Self.state(Self.exit(endedBy, signal: 15), story) == state)
        }
    }

    @Test
    func aCancelledAgentIsJudgedByWhatItWasCancelledFor() {
        let cancelled = Self.exit(.cancel, signal: 2)
        for story in Story.allCases {
            #expect(Self.state(cancelled, story, .cancelled) == .cancelled)
            #expect(Self.state(cancelled, story, .deadline) == .timedOut(.total))
            let expected: RunState = story == .refusedCredentials ? .failed(.authentication) : .cancelled
            #expect(Self.state(cancelled, story, nil) == expected)
        }
    }

    @Test(
        arguments: [
            (.ended(code: 137, outOfMemory: true), .failed(.oomKilled)),
            (.ended(code: 0, outOfMemory: false), .failed(.containerExited)), (.running, .lost), (.gone, .lost),
            (nil, .lost),
        ] as [(InstanceStatus?, RunState)]
    )
    func withoutAnExitRecordTheInstanceTellsOrTheRunIsLost(_ instance: InstanceStatus?, _ state: RunState) {
        for story in Story.allCases { #expect(Self.state(Self.exit(.interrupted), story, nil, instance) == state) }
    }

    @Test(arguments: [nil, .ended(code: 137, outOfMemory: true), .gone] as [InstanceStatus?])
    func anExitRecordGoesBeforeWhatBecameOfTheInstance(_ instance: InstanceStatus?) {
        #expect(Self.state(Self.exit(.agent, code: 0), .success, nil, instance) == nil)
        #expect(Self.state(Self.exit(.idle), .success, nil, instance) == .timedOut(.idle))
    }

    @Test
    func theDetailIsASentenceWithTheEndOfStandardError() throws {
        let stderr = "one\ntwo\n\nthree\r\nfour \(String(repeating: "x", count: 1000))\n"
        let exit = Self.exit(.notStarted, detail: "There is no program agent.", stderr: stderr)
        let ending = StepJudgement.ending(
            exit: exit,
            fold: AgentFold(),
            interruption: nil,
            instance: nil,
            policy: .fail
        )
        let detail = try #require(ending?.detail)
        #expect(detail.hasPrefix("There is no program agent. Standard error: two / three / four x"))
        #expect(detail.count < 600)
    }
}
