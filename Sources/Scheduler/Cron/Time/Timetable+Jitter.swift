extension Timetable {
    /// A slot with its jitter, which never reaches the next slot: when the run is to be made.
    ///
    /// - Parameters:
    ///   - slot: One of the instants.
    ///   - jitter: By how many seconds at most it is put off.
    ///   - seed: The `StableHash` of the schedule's id; for one seed a slot is always put off alike.
    /// - Returns: The instant.
    package func due(of slot: Int64, jitter: Int, seed: UInt64) -> Int64 {
        var most = Int64(jitter)
        guard most > 0 else { return slot }
        if let next = next(after: slot) { most = min(most, next - slot - 1) }
        return slot + Int64(Self.mix(seed, slot) % UInt64(most + 1))
    }

    /// Spreads two numbers over all of 64 bits, as SplitMix64 ends.
    private static func mix(_ seed: UInt64, _ number: Int64) -> UInt64 {
        var bits = seed &+ UInt64(bitPattern: number) &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
