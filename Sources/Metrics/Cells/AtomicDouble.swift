import Synchronization

/// A floating-point number that many threads may add to at once.
struct AtomicDouble: ~Copyable, Sendable {
    private let bits: Atomic<UInt64>

    init(_ value: Double) {
        bits = Atomic(value.bitPattern)
    }

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .relaxed)
    }

    /// Adds, as often as it takes for no other addition to come between.
    func add(_ amount: Double) {
        update { $0 + amount }
    }

    func update(_ change: (Double) -> Double) {
        var known = bits.load(ordering: .relaxed)
        while true {
            let wanted = change(Double(bitPattern: known)).bitPattern
            let (exchanged, original) = bits.weakCompareExchange(
                expected: known,
                desired: wanted,
                ordering: .relaxed
            )
            if exchanged { return }
            known = original
        }
    }
}
