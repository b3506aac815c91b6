import Foundation
import Model
import Testing

struct ReapingTests {
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)
    private static let grace = Duration.seconds(300)
    private static let period = Duration.seconds(60)
    private static let monotonic = ContinuousClock.now
    private static let run = Run.ID(rawValue: "r")

    private static func sighting(
        isOurs: Bool = true,
        run: Run.ID? = Self.run,
        age: Duration? = .seconds(3600)
    ) -> InstanceSighting {
        InstanceSighting(
            kind: .container,
            id: "c",
            isOurs: isOurs,
            run: run,
            createdAt: age.map { Self.now + (Duration.zero - $0) },
            state: "running",
            image: nil
        )
    }

    private static func decide(
        _ sighting: InstanceSighting,
        active: [Run.ID: Timestamp] = [:],
        seenFor: Duration? = nil
    ) -> Reaping.Decision {
        let seen = seenFor.map { ["c": monotonic.advanced(by: .zero - $0)] } ?? [:]
        return Reaping.decide(
            sighting,
            Reaping.Knowledge(active: active, seen: seen),
            Reaping.Moment(wall: now, monotonic: monotonic, grace: grace, period: period)
        )
    }

    @Test func whatAnotherInstallationMadeIsNeverTouched() {
        #expect(Self.decide(Self.sighting(isOurs: false), seenFor: .seconds(99_999)) == .keep(.foreign))
        #expect(Self.decide(Self.sighting(run: nil), seenFor: .seconds(99_999)) == .keep(.foreign))
    }

    @Test func whatAnActiveRunHasStaysAndIsToldLongAfterItsDeadline() {
        let later = Self.now + .seconds(10)
        #expect(Self.decide(Self.sighting(), active: [Self.run: later], seenFor: .seconds(3600)) == .keep(.tracked))
        let justPast = Self.now + .seconds(-299)
        #expect(Self.decide(Self.sighting(), active: [Self.run: justPast], seenFor: .seconds(3600)) == .keep(.tracked))
        let longPast = Self.now + .seconds(-301)
        #expect(
            Self.decide(Self.sighting(), active: [Self.run: longPast], seenFor: .seconds(3600)) == .keep(.pastDeadline)
        )
    }

    @Test func whatNoRunHasGoesOnceItIsOldAndWasSeenTwice() {
        #expect(Self.decide(Self.sighting(age: .seconds(300)), seenFor: .seconds(900)) == .keep(.young))
        #expect(Self.decide(Self.sighting(age: .seconds(301))) == .keep(.firstSighting))
        #expect(Self.decide(Self.sighting(age: .seconds(301)), seenFor: .seconds(59)) == .keep(.firstSighting))
        #expect(Self.decide(Self.sighting(age: .seconds(301)), seenFor: .seconds(60)) == .remove(.untracked))
    }

    @Test func whatHasNoAgeCountsFromItsFirstSighting() {
        #expect(Self.decide(Self.sighting(age: nil), seenFor: .seconds(299)) == .keep(.firstSighting))
        #expect(Self.decide(Self.sighting(age: nil), seenFor: .seconds(300)) == .remove(.untracked))
    }

    @Test func whatTheFutureMadeIsYoung() {
        #expect(Self.decide(Self.sighting(age: .seconds(-9999)), seenFor: .seconds(3600)) == .keep(.young))
    }
}
