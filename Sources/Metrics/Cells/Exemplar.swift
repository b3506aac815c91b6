import Synchronization

/// One run as an example of what a number counts.
struct Exemplar: Hashable, Sendable {
    var run: String
    var value: Double
    /// Seconds since 1970.
    var time: Double
}

/// The last exemplar of a series, written and read without waiting.
///
/// The sequence number is odd while a writer is at work. A second writer gives up, and a reader that finds the number
/// odd or changed has no exemplar this time. Every part is atomic, so that reading a torn one is no race.
final class ExemplarSlot: Sendable {
    private let sequence = Atomic<UInt64>(0)
    private let first = Atomic<UInt64>(0)
    private let second = Atomic<UInt64>(0)
    private let third = Atomic<UInt64>(0)
    private let fourth = Atomic<UInt64>(0)
    private let length = Atomic<Int>(0)
    private let value = Atomic<UInt64>(0)
    private let time = Atomic<UInt64>(0)

    /// Keeps an exemplar in place of the one before, unless its id has over 32 bytes or others than ids have: parsers
    /// differ on quotes and braces there.
    func write(_ exemplar: Exemplar) {
        guard let words = Self.words(of: exemplar.run) else { return }
        let before = sequence.load(ordering: .relaxed)
        guard before & 1 == 0 else { return }
        let (isMine, _) = sequence.compareExchange(
            expected: before,
            desired: before &+ 1,
            successOrdering: .acquiring,
            failureOrdering: .relaxed
        )
        guard isMine else { return }
        atomicMemoryFence(ordering: .releasing)
        first.store(words[0], ordering: .relaxed)
        second.store(words[1], ordering: .relaxed)
        third.store(words[2], ordering: .relaxed)
        fourth.store(words[3], ordering: .relaxed)
        length.store(exemplar.run.utf8.count, ordering: .relaxed)
        value.store(exemplar.value.bitPattern, ordering: .relaxed)
        time.store(exemplar.time.bitPattern, ordering: .relaxed)
        sequence.store(before &+ 2, ordering: .releasing)
    }

    /// The exemplar; nil when there is none or it is being written.
    func read() -> Exemplar? {
        let before = sequence.load(ordering: .acquiring)
        guard before != 0, before & 1 == 0 else { return nil }
        let words = [
            first.load(ordering: .relaxed), second.load(ordering: .relaxed), third.load(ordering: .relaxed),
            fourth.load(ordering: .relaxed),
        ]
        let count = length.load(ordering: .relaxed)
        let number = Double(bitPattern: value.load(ordering: .relaxed))
        let instant = Double(bitPattern: time.load(ordering: .relaxed))
        atomicMemoryFence(ordering: .acquiring)
        guard sequence.load(ordering: .relaxed) == before else { return nil }
        return Exemplar(run: Self.text(words, count: count), value: number, time: instant)
    }

    private static func words(of text: String) -> [UInt64]? {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= 32, bytes.allSatisfy(isPlain) else { return nil }
        var words: [UInt64] = [0, 0, 0, 0]
        for (index, byte) in bytes.enumerated() { words[index / 8] |= UInt64(byte) << UInt64(index % 8 * 8) }
        return words
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        MetricName.isLetter(byte) || MetricName.isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private static func text(_ words: [UInt64], count: Int) -> String {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> UInt64($0 % 8 * 8)) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
