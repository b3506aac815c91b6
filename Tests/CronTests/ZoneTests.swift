import Cron
import Testing

/// Zones made of bytes.
@Suite struct ZoneTests {
    /// A file of version 2 with these transitions and this footer.
    static func file(
        footer: String,
        types: [(offset: Int32, name: String)] = [(0, "STD")],
        transitions: [(Int64, UInt8)] = [],
        version: UInt8 = UInt8(ascii: "2")
    ) -> [UInt8] {
        func header(_ counts: [UInt32]) -> [UInt8] {
            Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15) + counts.flatMap { bytes($0) }
        }
        var names: [UInt8] = []
        var records: [UInt8] = []
        for type in types {
            records += bytes(UInt32(bitPattern: type.offset)) + [0, UInt8(names.count)]
            names += Array(type.name.utf8) + [0]
        }
        let counts: [UInt32] = [0, 0, 0, UInt32(transitions.count), UInt32(types.count), UInt32(names.count)]
        if version < UInt8(ascii: "2") {
            let times = transitions.flatMap { bytes(UInt32(bitPattern: Int32($0.0))) }
            return header(counts) + times + transitions.map(\.1) + records + names
        }
        let times = transitions.flatMap { bytes(UInt64(bitPattern: $0.0)) }
        return header([0, 0, 0, 0, 0, 0]) + header(counts) + times + transitions.map(\.1) + records + names
            + Array("\n\(footer)\n".utf8)
    }

    private static func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    // The offsets that glibc gives for the footer as TZ, at noon UTC.
    @Test(arguments: [
        ("EST5EDT,M3.2.0,M11.1.0", "2030-01-15", -18_000, "EST"),
        ("EST5EDT,M3.2.0,M11.1.0", "2030-07-15", -14_400, "EDT"),
        ("EST5EDT,M3.2.0,M11.1.0", "2900-07-15", -14_400, "EDT"),
        ("EST5EDT,M3.2.0,M11.1.0", "2900-01-15", -18_000, "EST"),
        ("<+0330>-3:30", "2030-01-15", 12_600, "+0330"),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2030-07-15", -3600, "-01"),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", "2030-01-15", 0, "GMT"),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", "2030-07-15", 3600, "IST"),
        ("AAA0BBB,J60/0,J61/0", "2028-03-01", 3600, "BBB"), ("AAA0BBB,J60/0,J61/0", "2028-02-29", 0, "AAA"),
        ("AAA0BBB,59/0,60/0", "2028-02-29", 3600, "BBB"), ("AAA0BBB,59/0,60/0", "2027-03-01", 3600, "BBB"),
        ("XXX3EDT4,0/0,J365/23", "2030-01-01", -14_400, "EDT"), ("XXX3EDT4,0/0,J365/23", "2030-12-31", -14_400, "EDT"),
        ("EET-2EEST,M3.4.4/50,M10.4.4/50", "2030-07-15", 10_800, "EEST"),
        ("AAA-1BBB-3:15:20,M1.1.1/167,M2.1.1/-167", "2030-01-20", 11_720, "BBB"),
    ])
    func theFootersRuleHoldsForEver(footer: String, day: String, offset: Int, name: String) throws {
        let zone = try Zone(name: "Test/Zone", contents: Self.file(footer: footer))
        let noon = try instant("\(day)T12:00:00Z")
        #expect(zone.offset(at: noon) == offset)
        #expect(zone.abbreviation(at: noon) == name)
    }

    @Test(arguments: [
        "EST", "5", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0", "<+03-3",
        "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,J0,J5", "EST5EDT,366,5", "EST5EDT,1/168,5", "EST99",
        "EST5EDT,M3.2.0,M11.1.0x",
    ])
    func aBadFooterIsRefused(footer: String) {
        #expect(throws: ZoneError.self) { try Zone(name: "Test/Zone", contents: Self.file(footer: footer)) }
    }

    @Test func aFileOfVersionOneGoesAsFarAsItGoes() throws {
        let contents = Self.file(
            footer: "",
            types: [(0, "AAA"), (3600, "BBB")],
            transitions: [(-100, 1), (1000, 0), (2000, 1)],
            version: 0
        )
        let zone = try Zone(name: "Old", contents: contents)
        #expect(
            [-101, -100, 999, 1000, 1999, 2000, 1 << 40].map { zone.offset(at: $0) } == [
                0, 3600, 3600, 0, 0, 3600, 3600,
            ]
        )
    }

    @Test func transitionsOutOfOrderAndImpossibleOffsetsAreRefused() {
        let types: [(offset: Int32, name: String)] = [(0, "AAA"), (3600, "BBB")]
        for transitions: [(Int64, UInt8)] in [[(10, 1), (10, 0)], [(10, 1), (5, 0)], [(10, 2)], [(.max, 1)]] {
            let contents = Self.file(footer: "AAA0", types: types, transitions: transitions)
            #expect(throws: ZoneError.self) { try Zone(name: "Bad", contents: contents) }
        }
        let contents = Self.file(footer: "AAA0", types: [(100_000, "AAA")])
        #expect(throws: ZoneError.self) { try Zone(name: "Bad", contents: contents) }
    }

    @Test(arguments: 0..<40)
    func garbageNeverCrashes(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        let good = Self.file(
            footer: "EST5EDT,M3.2.0,M11.1.0",
            types: [(-18_000, "EST"), (-14_400, "EDT")],
            transitions: [(.min, 0), (0, 1), (1_000_000_000, 0)]
        )
        for round in 0..<150 {
            var bytes = good
            switch round % 3 {
            case 0: bytes = Array(good.prefix(Int.random(in: 0...good.count, using: &random)))
            case 1:
                bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in .random(in: 0...255, using: &random) }
            default: break
            }
            for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty && round % 3 == 2 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            guard let zone = try? Zone(name: "Garbage", contents: bytes) else { continue }
            use(zone)
        }
    }

    private func use(_ zone: Zone) {
        for instant in [.min, .max, -1 << 56, 0, 1 << 34, 1 << 36, .min + 1, .max - 1] as [Int64] {
            #expect(abs(zone.offset(at: instant)) < 100_000)
            _ = zone.localTime(at: instant).description + zone.abbreviation(at: instant)
        }
        for text in ["30 2 * * *", "*/7 * * * *", "0 0 29 2 *"] {
            guard let table = try? Timetable(CronExpression(text, key: ""), zone: zone) else { continue }
            var place: Int64 = 1_700_000_000
            for _ in 0..<20 {
                guard let next = table.next(after: place) else { break }
                #expect(next > place)
                place = next
            }
            _ = table.previous(before: place)
        }
    }
}

/// The same numbers for the same seed.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
