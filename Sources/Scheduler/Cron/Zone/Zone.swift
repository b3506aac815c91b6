/// One zone's offsets.
package struct Zone: Sendable {
    /// A stretch of time with one offset.
    struct Span: Hashable {
        /// `Int64.min` when it has no beginning.
        var start: Int64
        /// The first instant after it; `Int64.max` when it has no end.
        var end: Int64
        /// Seconds east of Greenwich.
        var offset: Int64
        /// The offset of the span before it; its own when there is none.
        var previousOffset: Int64
    }

    package let name: String
    let table: ZoneTable

    init(name: String, table: ZoneTable) {
        self.name = name
        self.table = table
    }

    /// Reads a zone from the bytes of a TZif file.
    package init(name: String, contents: [UInt8]) throws(ZoneError) {
        self.name = name
        do {
            table = try TZif.table(contents)
        } catch {
            throw ZoneError(code: .badFile, name: name, reason: error.reason)
        }
    }

    package static let utc = Zone(
        name: "UTC",
        table: ZoneTable(transitions: [], initial: ZoneType(offset: 0, name: "UTC"), rule: nil)
    )

    /// Seconds east of Greenwich.
    package func offset(at instant: Int64) -> Int { Int(table.span(at: instant).offset) }

    /// Such as `CEST`.
    package func abbreviation(at instant: Int64) -> String { table.name(at: instant) }

    package func localTime(at instant: Int64) -> LocalTime {
        LocalTime(instant: instant, offset: offset(at: instant))
    }

    @inline(__always)
    func span(at instant: Int64) -> Span { table.span(at: instant) }
}
