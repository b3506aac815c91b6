/// Reads TZif files (RFC 9636): the 64-bit data and the footer, or the 32-bit data of a file of version 1.
enum TZif {
    /// Why the bytes are no zone.
    struct Fault: Error {
        let reason: String
    }

    /// More transitions than any zone has.
    private static let mostTransitions = 20_000
    /// Offsets that a zone may have: RFC 9636 says -24:59:59 to 25:59:59.
    static let offsets = -89_999...93_599
    /// Instants so far away that sums with them would overflow.
    private static let farthest: Int64 = 1 << 55

    /// The counts of a header.
    private struct Header {
        let version: UInt8
        let leaps: Int
        let transitions: Int
        let types: Int
        let characters: Int
        /// Bytes of the data that follow, times being of `width` bytes.
        func size(_ width: Int) -> Int {
            transitions * (width + 1) + types * 6 + characters + leaps * (width + 4) + indicators
        }
        let indicators: Int
    }

    static func table(_ bytes: [UInt8]) throws(Fault) -> ZoneTable {
        let first = try header(bytes, at: 0)
        guard first.version >= UInt8(ascii: "2") else { return try table(bytes, first, at: 44, width: 4, rule: nil) }
        let place = 44 + first.size(4)
        let second = try header(bytes, at: place)
        let start = place + 44
        let end = start + second.size(8)
        guard end < bytes.count, bytes[end] == 0x0A, let close = bytes[(end + 1)...].firstIndex(of: 0x0A) else {
            throw Fault(reason: "the file is cut off before its footer")
        }
        let footer = Array(bytes[(end + 1)..<close])
        let rule = footer.isEmpty ? nil : PosixRule(footer)
        if !footer.isEmpty, rule == nil {
            throw Fault(reason: "the footer \"\(String(decoding: footer, as: UTF8.self))\" is not understood")
        }
        return try table(bytes, second, at: start, width: 8, rule: rule)
    }

    private static func header(_ bytes: [UInt8], at place: Int) throws(Fault) -> Header {
        guard bytes.count >= place + 44, bytes[place..<place + 4].elementsEqual("TZif".utf8) else {
            throw Fault(reason: "the file is not a TZif file, or it is cut off")
        }
        let counts = (0..<6).map { Int(integer(bytes, at: place + 20 + 4 * $0, width: 4)) }
        guard counts.allSatisfy({ (0...1_000_000).contains($0) }) else {
            throw Fault(reason: "the file's header has impossible counts")
        }
        return Header(
            version: bytes[place + 4],
            leaps: counts[2],
            transitions: counts[3],
            types: counts[4],
            characters: counts[5],
            indicators: counts[0] + counts[1]
        )
    }

    private static func table(
        _ bytes: [UInt8],
        _ header: Header,
        at place: Int,
        width: Int,
        rule: PosixRule?
    ) throws(Fault) -> ZoneTable {
        guard bytes.count >= place + header.size(width) else { throw Fault(reason: "the file is cut off") }
        guard header.leaps == 0 else { throw Fault(reason: "the file counts leap seconds; Unix time does not") }
        guard header.transitions <= mostTransitions, (1...256).contains(header.types) else {
            throw Fault(reason: "the file's header has impossible counts")
        }
        let types = try types(bytes, header, at: place + header.transitions * (width + 1))
        var transitions: [ZoneTable.Transition] = []
        var previous = Int64.min
        for number in 0..<header.transitions {
            let instant = integer(bytes, at: place + number * width, width: width)
            let type = Int(bytes[place + header.transitions * width + number])
            guard instant > previous || number == 0, instant < farthest, type < types.count else {
                throw Fault(reason: "the file's transitions are not in order")
            }
            previous = instant
            let bounded = max(instant, -farthest + Int64(number))
            transitions.append(ZoneTable.Transition(instant: bounded, type: types[type]))
        }
        return ZoneTable(transitions: transitions, initial: types[0], rule: rule)
    }

    private static func types(_ bytes: [UInt8], _ header: Header, at place: Int) throws(Fault) -> [ZoneType] {
        let characters = bytes[(place + header.types * 6)...].prefix(header.characters)
        var types: [ZoneType] = []
        for number in 0..<header.types {
            let offset = Int(integer(bytes, at: place + number * 6, width: 4))
            let start = Int(bytes[place + number * 6 + 5])
            guard offsets.contains(offset), start < header.characters else {
                throw Fault(reason: "the file has an impossible offset or name")
            }
            let name = characters.dropFirst(start).prefix { $0 != 0 }
            types.append(ZoneType(offset: offset, name: String(decoding: name, as: UTF8.self)))
        }
        return types
    }

    /// A signed integer, most significant byte first.
    private static func integer(_ bytes: [UInt8], at place: Int, width: Int) -> Int64 {
        let bits = bytes[place..<place + width].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return width == 4 ? Int64(Int32(truncatingIfNeeded: bits)) : Int64(bitPattern: bits)
    }
}
