import Foundation
import Model
import Testing

struct TimestampTests {
    private static func foundation(_ timestamp: Timestamp) -> String {
        let whole = timestamp.milliseconds - remainder(timestamp)
        let date = Date(timeIntervalSince1970: Double(whole / 1000))
        let text = date.formatted(Date.ISO8601FormatStyle())
        let fraction = String(1000 + remainder(timestamp)).dropFirst()
        return "\(text.dropLast()).\(fraction)Z"
    }

    /// Milliseconds within the second, apart, so that no floating point rounds them.
    private static func remainder(_ timestamp: Timestamp) -> Int64 {
        ((timestamp.milliseconds % 1000) + 1000) % 1000
    }

    @Test
    func randomInstantsReadAsFoundationWritesThem() {
        var random = SeededGenerator(seed: 11)
        // From 1600 to 9999: before, Foundation's calendar is partly Julian.
        for _ in 0..<20_000 {
            let instant = Timestamp(
                milliseconds: .random(in: -11_676_096_000_000..<253_402_300_800_000, using: &random)
            )
            #expect(instant.iso8601 == Self.foundation(instant))
        }
    }

    @Test
    func theDaysRoundEveryEndOfFebruaryReadAsFoundationWritesThem() {
        for year in stride(from: 1600, through: 2500, by: 1) {
            var components = DateComponents(calendar: Calendar(identifier: .gregorian), timeZone: .gmt)
            (components.year, components.month, components.day) = (year, 2, 28)
            guard let date = components.date else { continue }
            let noon = Int64(date.timeIntervalSince1970) * 1000
            for day in 0...2 as ClosedRange<Int64> {
                for edge in [0, 86_399_999] as [Int64] {
                    let instant = Timestamp(milliseconds: noon + day * 86_400_000 + edge)
                    #expect(instant.iso8601 == Self.foundation(instant))
                }
            }
        }
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (-1000, "1969-12-31T23:59:59.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (1_747_656_000_000, "2025-05-19T12:00:00.000Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)]
    )
    func anInstantReadsSo(_ milliseconds: Int64, _ text: String) {
        #expect(Timestamp(milliseconds: milliseconds).iso8601 == text)
    }

    @Test
    func durationsAndInstantsAddUp() {
        let instant = Timestamp(milliseconds: -1500)
        #expect((instant + .milliseconds(2500)).milliseconds == 1000)
        #expect(Timestamp(milliseconds: 1000) - instant == .milliseconds(2500))
        #expect(Duration.microseconds(-1999).milliseconds == -1)
        #expect(instant < Timestamp(milliseconds: -1499))
    }
}
