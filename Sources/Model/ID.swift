/// The opaque id of one kind of thing; ids of different things do not mix.
///
/// New ids are 26 characters of lower-case Crockford base 32: 48 bits of milliseconds, then 80 random bits, so that
/// they sort by their time of making and may be file and container names.
package struct ID<Owner>: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A new id.
    package init(at time: Timestamp) {
        var random = SystemRandomNumberGenerator()
        self.init(at: time, using: &random)
    }

    package init(at time: Timestamp, using random: inout some RandomNumberGenerator) {
        self.init(
            at: time,
            high: .random(in: .min ... .max, using: &random),
            low: .random(in: .min ... .max, using: &random)
        )
    }

    /// The id of a time and 80 further bits, for things that get the same id again each time.
    package init(at time: Timestamp, high: UInt16, low: UInt64) {
        let milliseconds = UInt64(truncatingIfNeeded: time.milliseconds) & 0xFFFF_FFFF_FFFF
        let bits = UInt128(milliseconds) << 80 | UInt128(high) << 64 | UInt128(low)
        var text: [UInt8] = []
        text.reserveCapacity(26)
        for position in stride(from: 125, through: 0, by: -5) {
            text.append(Self.alphabet[Int(truncatingIfNeeded: (bits >> UInt128(position)) & 31)])
        }
        rawValue = String(decoding: text, as: UTF8.self)
    }

    /// The id that sorts next after this one, for things that are made together and are to keep their order.
    package var successor: ID {
        var text = Array(rawValue.utf8)
        let alphabet = Self.alphabet
        for place in text.indices.reversed() {
            let digit = alphabet.firstIndex(of: text[place]) ?? 0
            text[place] = alphabet[(digit + 1) % alphabet.count]
            if digit + 1 < alphabet.count { break }
        }
        return ID(rawValue: String(decoding: text, as: UTF8.self))
    }

    /// Whether it is made as new ids are, and so sorts among them.
    package var isOfTime: Bool {
        let alphabet = Self.alphabet
        return rawValue.utf8.count == 26 && rawValue.utf8.allSatisfy(alphabet.contains)
    }

    package var description: String { rawValue }

    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    private static var alphabet: [UInt8] { Array("0123456789abcdefghjkmnpqrstvwxyz".utf8) }
}
