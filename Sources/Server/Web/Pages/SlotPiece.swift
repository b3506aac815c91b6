import Cron
import Model
import Store

/// A piece of the strip that accounts for a schedule's slots: one with a run, or several that had none.
struct SlotPiece {
    /// The classes by which it is coloured.
    let look: String
    let run: String?
    /// How many slots it stands for, where that is more than one.
    let many: String?
    let when: String
    let what: String

    /// The same in one sentence, for its title.
    let told: String

    private init(_ look: String, run: String? = nil, many: String? = nil, when: String, what: String) {
        self.look = look
        self.run = run
        self.many = many
        self.when = when
        self.what = what
        told = "\(when): \(what)"
    }

    init(_ record: SlotRecord, _ clock: SlotClock) {
        switch record {
        case .run(let slot, let run, let state, let trigger):
            let how = trigger == .backfill ? ", made up for later" : ""
            self.init(
                state.name.rawValue,
                run: run.rawValue,
                when: clock.text(slot),
                what: RunRow.stateText(state) + how
            )
        case .skipped(let record):
            self.init(record.slots.first, record.slots.last, record.slots.count, record.slots.reason, clock)
        }
    }

    /// Slots that came due and are not accounted for yet.
    init(_ open: OpenSlots, _ clock: SlotClock) {
        self.init(open.first, open.last, open.count, open.reason, clock, atLeast: open.isCountedInPart)
    }

    private init(
        _ first: Timestamp,
        _ last: Timestamp,
        _ count: Int,
        _ reason: SkipReason?,
        _ clock: SlotClock,
        atLeast: Bool = false
    ) {
        let number = atLeast ? "\(count) or more" : "\(count)"
        let why = reason.map { "skipped, \(Self.words($0))" } ?? "due now"
        self.init(
            reason == nil ? "due" : "skipped",
            many: count > 1 ? number : nil,
            when: first == last ? clock.text(first) : "\(clock.text(first)) to \(clock.text(last))",
            what: count > 1 ? "\(number) slots: \(why)" : why
        )
    }

    /// Slots of which nobody can say anything, as the time zone is not there.
    static let unknown = SlotPiece(
        "skipped",
        when: "now",
        what: "The time zone cannot be read, so nobody can say which slots come due."
    )

    private static func words(_ reason: SkipReason) -> String {
        switch reason {
        case .overlap: "as an earlier run had not ended"
        case .missed: "as the service did not run when they came due"
        case .deadline: "as they were too old to be made up for"
        case .paused: "as the schedule was paused"
        case .capacity: "as too many came at once"
        case .bounds: "as they lie outside the schedule's start and end"
        case .invalid: "as the time zone could not be read"
        }
    }
}

/// Tells instants as a schedule's own clock shows them.
struct SlotClock {
    let timetable: Timetable?

    func text(_ instant: Timestamp) -> String {
        timetable?.localTime(of: instant.seconds).description ?? instant.iso8601
    }
}
