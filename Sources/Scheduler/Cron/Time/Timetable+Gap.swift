extension Timetable {
    /// How many slots are looked at, at most and at least, and how far ahead otherwise.
    private static let mostSlots = 3000
    private static let fewestSlots = 30
    private static let horizon: Int64 = 8 * 86_400

    /// The longest gap between slots ahead that follow each other, in seconds; nil with fewer than two.
    ///
    /// Within a week, or within some slots where they are rare; bounded where they are many.
    package func longestGap(after now: Int64) -> Int64? {
        var longest: Int64?
        var last: Int64?
        var place = now
        for count in 0..<Self.mostSlots {
            guard let slot = next(after: place) else { break }
            if let last { longest = max(longest ?? 0, slot - last) }
            if count >= Self.fewestSlots, slot > now + Self.horizon { break }
            last = slot
            place = slot
        }
        return longest
    }
}
