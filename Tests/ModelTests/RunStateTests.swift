import AgentStream
import Model
import Testing

/// Every state, with every word that can stand beside it.
private let everyState: [RunState] =
    [.queued(nil), .starting, .running, .succeeded(nil), .cancelled, .lost]
    + RunState.Waiting.allCases.map(RunState.queued)
    + RunState.Note.allCases.map(RunState.succeeded)
    + FailureReason.allCases.map(RunState.failed)
    + RunState.TimeLimit.allCases.map(RunState.timedOut)

struct RunStateTests {
    /// The states that may follow each; what is not named here may not.
    private static let successors: [RunState.Name: Set<RunState.Name>] = [
        .queued: [.queued, .starting, .cancelled, .failed],
        .starting: [.running, .succeeded, .failed, .cancelled, .timedOut, .lost],
        .running: [.succeeded, .failed, .cancelled, .timedOut, .lost],
        .succeeded: [],
        .failed: [],
        .cancelled: [],
        .timedOut: [],
        .lost: [],
    ]

    @Test(arguments: RunState.Name.allCases)
    func aStateIsFollowedByExactlyItsSuccessors(_ name: RunState.Name) throws {
        let allowed = try #require(Self.successors[name])
        for state in everyState where state.name == name {
            for next in everyState {
                #expect(state.mayBecome(next) == allowed.contains(next.name), "\(state) to \(next)")
            }
        }
    }

    @Test(arguments: everyState)
    func aFinalStateIsLeftByNone(_ state: RunState) {
        let unfinished: Set<RunState.Name> = [.queued, .starting, .running]
        #expect(state.isFinal != unfinished.contains(state.name))
        #expect(state.isFinal == !everyState.contains(where: state.mayBecome))
    }

    @Test(arguments: everyState)
    func onlyStartingAndRunningHoldAPlace(_ state: RunState) {
        #expect(state.isActive == (state == .starting || state == .running))
    }

    @Test(arguments: everyState)
    func nameAndReasonGiveTheStateBack(_ state: RunState) {
        #expect(RunState(name: state.name, reason: state.reason) == state)
    }

    @Test
    func everyNameHasAState() {
        #expect(Set(everyState.map(\.name)) == Set(RunState.Name.allCases))
    }

    @Test(arguments: RunState.Name.allCases)
    func aWordThatDoesNotBelongToTheNameIsRefused(_ name: RunState.Name) {
        let own = Set(everyState.filter { $0.name == name }.map(\.reason))
        let words = Set(everyState.map(\.reason)).union(["", "nonsense"])
        for word in words {
            #expect((RunState(name: name, reason: word) != nil) == own.contains(word), "\(name) with \(word ?? "none")")
        }
    }

    @Test
    func theWordsAreThoseOfTheDesign() {
        #expect(
            RunState.Name.allCases.map(\.rawValue)
                == ["queued", "starting", "running", "succeeded", "failed", "cancelled", "timed_out", "lost"]
        )
        #expect(
            RunState.Waiting.allCases.map(\.rawValue)
                == ["cap_global", "cap_repository", "cap_task", "runtime_unavailable", "backoff", "paused", "overlap"]
        )
        #expect(
            FailureReason.allCases.map(\.rawValue) == [
                "invalid_input", "repository_denied", "fetch_failed", "clone_failed", "image_missing", "create_failed",
                "start_timeout", "agent_startup", "agent_error", "authentication", "rate_limited", "overloaded",
                "budget", "max_turns", "permission_denied", "oom_killed", "container_exited", "output_limit",
                "precheck_failed", "export_failed", "push_failed", "storage", "internal",
            ]
        )
    }

    @Test(arguments: AgentFailure.Reason.allCases)
    func everyReasonThatAnAgentGivesIsAReasonOfARun(_ reason: AgentFailure.Reason) {
        #expect(FailureReason(rawValue: reason.rawValue) != nil)
    }

    @Test(arguments: AgentLine.Kind.allCases.filter { $0 != .streamEvent })
    func everyKindOfLineThatIsStoredIsAKindOfMessage(_ kind: AgentLine.Kind) {
        #expect(Message.Kind(rawValue: kind.rawValue) != nil)
    }
}
