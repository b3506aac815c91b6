import Model
import Testing

/// The catch-up policies on slots of every hour, told as lines of text.
struct SlotPlanTests {
    /// What is made, at the minute 60 × `now` + `late`, of the slots of the hours 1 to `now`.
    private static func plan(
        _ policy: SchedulePolicy,
        now: Int64,
        late: Int64 = 0,
        pausedUntil: Int64? = nil,
        invalidUntil: Int64? = nil
    ) -> [String] {
        var planner = SlotPlanner(
            policy,
            now: hour(now) + .seconds(late * 60),
            pauses: pausedUntil.map { [Absence(from: hour(0), until: hour($0))] } ?? [],
            invalid: invalidUntil.map { Absence(from: hour(0), until: hour($0)) }
        )
        for slot in 1...max(1, now) { planner.take(hour(slot), due: hour(slot)) }
        return planner.finish().parts.map(text)
    }

    private static func hour(_ number: Int64) -> Timestamp { Timestamp(seconds: number * 3600) }

    private static func text(_ part: SlotPlan.Part) -> String {
        func number(_ slot: Timestamp) -> Int64 { slot.seconds / 3600 }
        return switch part {
        case .start(let slot): "run \(number(slot))"
        case .skip(let slots): "\(slots.reason) \(number(slots.first))-\(number(slots.last)) ×\(slots.count)"
        }
    }

    @Test(arguments: SchedulePolicy.CatchUp.allCases)
    func aSlotOnTimeMakesARunWhateverThePolicy(_ catchUp: SchedulePolicy.CatchUp) {
        let policy = SchedulePolicy(catchUp: catchUp, deadline: 0)
        #expect(Self.plan(policy, now: 1) == ["run 1"])
        #expect(Self.plan(policy, now: 1, late: 1) == ["run 1"])
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let policy: SchedulePolicy
        let now: Int64
        let late: Int64
        let plan: [String]

        var testDescription: String { "\(policy.catchUp), \(policy.deadline) s, cap \(policy.cap), \(now):\(late)" }
    }

    private static let cases = [
        Case(policy: SchedulePolicy(catchUp: .none), now: 1, late: 2, plan: ["missed 1-1 ×1"]),
        Case(policy: SchedulePolicy(catchUp: .none), now: 8, late: 30, plan: ["missed 1-8 ×8"]),
        Case(policy: SchedulePolicy(catchUp: .none), now: 8, late: 0, plan: ["missed 1-7 ×7", "run 8"]),
        Case(policy: SchedulePolicy(catchUp: .latest), now: 1, late: 30, plan: ["run 1"]),
        Case(policy: SchedulePolicy(catchUp: .latest), now: 8, late: 30, plan: ["missed 1-7 ×7", "run 8"]),
        Case(policy: SchedulePolicy(catchUp: .latest), now: 8, late: 0, plan: ["missed 1-7 ×7", "run 8"]),
        Case(
            policy: SchedulePolicy(catchUp: .latest, deadline: 3 * 3600),
            now: 8,
            late: 30,
            plan: ["deadline 1-5 ×5", "missed 6-7 ×2", "run 8"]
        ),
        Case(
            policy: SchedulePolicy(catchUp: .latest, deadline: 600),
            now: 8,
            late: 30,
            plan: ["deadline 1-8 ×8"]
        ),
        Case(policy: SchedulePolicy(catchUp: .all), now: 3, late: 30, plan: ["run 1", "run 2", "run 3"]),
        Case(
            policy: SchedulePolicy(catchUp: .all, cap: 2),
            now: 8,
            late: 30,
            plan: ["capacity 1-6 ×6", "run 7", "run 8"]
        ),
        Case(
            policy: SchedulePolicy(catchUp: .all, deadline: 4 * 3600, cap: 3),
            now: 8,
            late: 30,
            plan: ["deadline 1-4 ×4", "capacity 5-5 ×1", "run 6", "run 7", "run 8"]
        ),
        Case(
            policy: SchedulePolicy(catchUp: .all, deadline: 60, cap: 3),
            now: 8,
            late: 0,
            plan: ["deadline 1-7 ×7", "run 8"]
        ),
        Case(
            policy: SchedulePolicy(catchUp: .all, start: hour(3), end: hour(6)),
            now: 8,
            late: 30,
            plan: ["bounds 1-2 ×2", "run 3", "run 4", "run 5", "bounds 6-8 ×3"]
        ),
        Case(
            policy: SchedulePolicy(catchUp: .latest, start: hour(3), end: hour(6)),
            now: 8,
            late: 30,
            plan: ["bounds 1-2 ×2", "missed 3-4 ×2", "run 5", "bounds 6-8 ×3"]
        ),
    ]

    @Test(arguments: cases)
    func missedSlotsAreMadeUpForAsThePolicySays(_ given: Case) {
        #expect(Self.plan(given.policy, now: given.now, late: given.late) == given.plan)
    }

    @Test
    func whatFellIntoAPauseIsPausedWhateverThePolicyAndTheRestIsJudged() {
        let policy = SchedulePolicy(catchUp: .all)
        #expect(Self.plan(policy, now: 6, late: 30, pausedUntil: 4) == ["paused 1-4 ×4", "run 5", "run 6"])
        #expect(Self.plan(policy, now: 6, late: 30, invalidUntil: 5) == ["invalid 1-5 ×5", "run 6"])
    }

    @Test
    func aJitteredSlotIsLateOnlyAfterItsJitter() {
        var planner = SlotPlanner(
            SchedulePolicy(catchUp: .none),
            now: Self.hour(1) + .seconds(900)
        )
        planner.take(Self.hour(1), due: Self.hour(1) + .seconds(890))
        #expect(planner.finish().parts.map(Self.text) == ["run 1"])
    }

    @Test
    func aPauseTakesWhatFallsIntoItAndNothingElse() {
        func parts(_ pause: Absence, due: Timestamp) -> [String] {
            var planner = SlotPlanner(SchedulePolicy(catchUp: .latest), now: Self.hour(9), pauses: [pause])
            planner.take(Self.hour(2), due: due)
            return planner.finish().parts.map(Self.text)
        }
        // From three to four: the slot at two is due at two, at half past three, and at five.
        let pause = Absence(from: Self.hour(3), until: Self.hour(4))
        #expect(parts(pause, due: Self.hour(2)) == ["run 2"])
        #expect(parts(pause, due: Self.hour(3) + .seconds(1800)) == ["paused 2-2 ×1"])
        #expect(parts(pause, due: Self.hour(5)) == ["run 2"])
        // The slot itself falls into it.
        #expect(parts(Absence(from: Self.hour(1), until: Self.hour(3)), due: Self.hour(5)) == ["paused 2-2 ×1"])
        #expect(parts(Absence(from: Self.hour(1), until: nil), due: Self.hour(5)) == ["paused 2-2 ×1"])
    }

    @Test(arguments: SchedulePolicy.CatchUp.allCases)
    func everySlotIsInThePlanOnceAndInOrder(_ catchUp: SchedulePolicy.CatchUp) {
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let now = Int64(1 + random.below(40))
            let policy = SchedulePolicy(
                catchUp: catchUp,
                deadline: random.below(40) * 1800,
                cap: 1 + random.below(5),
                start: random.below(2) == 0 ? nil : Self.hour(Int64(random.below(20))),
                end: random.below(2) == 0 ? nil : Self.hour(Int64(20 + random.below(20)))
            )
            var planner = SlotPlanner(
                policy,
                now: Self.hour(now) + .seconds(Int64(random.below(3600))),
                pauses: random.below(3) == 0
                    ? [Absence(from: Self.hour(Int64(random.below(9))), until: Self.hour(Int64(9 + random.below(9))))]
                    : []
            )
            for slot in 1...now { planner.take(Self.hour(slot), due: Self.hour(slot)) }
            let plan = planner.finish()
            var next: Int64 = 1
            var starts = 0
            for part in plan.parts {
                switch part {
                case .start(let slot):
                    #expect(slot == Self.hour(next))
                    next += 1
                    starts += 1
                case .skip(let slots):
                    #expect(slots.first == Self.hour(next))
                    next += Int64(slots.count)
                    #expect(slots.last == Self.hour(next - 1))
                }
            }
            #expect(next == now + 1)
            #expect(plan.last == Self.hour(now))
            #expect(starts <= (catchUp == .all ? policy.cap : 1))
        }
    }
}

struct OverlapTests {
    @Test
    func eachPolicyDecidesAsItsNameSays() {
        func decisions(_ policy: SchedulePolicy.Overlap) -> [SchedulePolicy.Overlap.Decision] {
            [(0, 0), (1, 0), (0, 1), (1, 1), (2, 5)].map { policy.decide(active: $0.0, queued: $0.1) }
        }
        #expect(decisions(.skip) == [.start, .skip, .skip, .skip, .skip])
        #expect(decisions(.queueOne) == [.start, .start, .skip, .skip, .skip])
        #expect(decisions(.queueAll) == [.start, .start, .start, .start, .start])
        #expect(
            decisions(.cancelRunning)
                == [.start, .startCancelling, .startCancelling, .startCancelling, .startCancelling]
        )
        #expect(decisions(.allow) == [.start, .start, .start, .start, .start])
    }
}

struct RetryPolicyTests {
    private static func wait(
        _ policy: RetryPolicy,
        _ state: RunState = .failed(.fetchFailed),
        attempt: Int = 1,
        wasDelivered: Bool = false,
        chance: Double = 1
    ) -> Duration? {
        policy.wait(after: state, attempt: attempt, wasDelivered: wasDelivered, chance: chance)
    }

    @Test
    func eachWaitIsTwiceTheOneBeforeUpToTheLongest() {
        let policy = RetryPolicy(attempts: 6, backoff: 10, maxBackoff: 60)
        #expect((1...6).map { Self.wait(policy, attempt: $0)?.seconds } == [10, 20, 40, 60, 60, nil])
        #expect(Self.wait(RetryPolicy(attempts: 2))?.seconds == 30)
        #expect(Self.wait(RetryPolicy(attempts: 200), attempt: 150)?.seconds == 3600)
    }

    @Test
    func chanceSpreadsTheWaitOverItsUpperHalf() {
        let policy = RetryPolicy(attempts: 2, backoff: 10)
        #expect([0, 0.5, 1].map { Self.wait(policy, chance: $0)?.seconds } == [5, 7.5, 10])
    }

    @Test
    func onlyWhatMayPassIsTriedAgain() {
        let policy = RetryPolicy(attempts: 2)
        let passing = FailureReason.allCases.filter { Self.wait(policy, .failed($0)) != nil }
        #expect(passing == [.fetchFailed, .createFailed, .startTimeout, .rateLimited, .overloaded])
        for state in [RunState.succeeded(nil), .cancelled, .lost, .timedOut(.total)] {
            #expect(Self.wait(policy, state) == nil)
        }
    }

    @Test
    func whatMayHaveReachedTheAgentIsTriedAgainOnlyIfTheTaskAsksForIt() {
        #expect(Self.wait(RetryPolicy(attempts: 2), .failed(.overloaded), wasDelivered: true) == nil)
        let bold = RetryPolicy(attempts: 2, afterDelivery: true)
        #expect(Self.wait(bold, .failed(.overloaded), wasDelivered: true) != nil)
    }
}
