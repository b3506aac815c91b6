import AgentStream

/// SplitMix64: the same texts on every machine and every day.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

    /// A JSON tree, at most four levels deep.
    mutating func tree(depth: Int = 0) -> JSONValue {
        switch below(depth < 4 ? 8 : 6) {
        case 0: .null
        case 1: .bool(below(2) == 0)
        case 2: JSONValue(Int(truncatingIfNeeded: next()))
        case 3: .number(["-0", "1.50", "1e3", "2E-7", "123456789012345678901234567890"][below(5)])
        case 4, 5: .string(text())
        case 6: .array((0..<below(5)).map { _ in tree(depth: depth + 1) })
        default:
            .object(
                JSONObject(
                    (0..<below(24)).map { JSONObject.Member(key: "\($0)\(text())", value: tree(depth: depth + 1)) }
                )
            )
        }
    }

    /// A string with everything that a writer or reader can get wrong.
    mutating func text() -> String {
        let scalars: [Unicode.Scalar] = [
            "a", "b", " ", "\"", "\\", "/", "\n", "\r", "\t", "\u{0}", "\u{1}", "\u{8}", "\u{C}", "\u{1F}", "\u{7F}",
            "\u{80}", "é", "\u{301}", "\u{7FF}", "\u{800}", "\u{2028}", "\u{D7FF}", "\u{E000}", "\u{FEFF}", "\u{FFFF}",
            "😀", "\u{10FFFF}",
        ]
        var view = String.UnicodeScalarView()
        for _ in 0..<below(20) { view.append(scalars[below(scalars.count)]) }
        return String(view)
    }

    /// The text with one to three bytes changed, added, taken away or everything after them cut off.
    mutating func mutated(_ text: [UInt8], with alphabet: [UInt8]? = nil) -> [UInt8] {
        var text = text
        for _ in 0...below(3) where !text.isEmpty {
            let place = below(text.count)
            let byte = alphabet.map { $0[below($0.count)] } ?? UInt8(truncatingIfNeeded: next())
            switch below(8) {
            case 0: text.removeSubrange(place...)
            case 1, 2: text.remove(at: place)
            case 3, 4: text.insert(byte, at: place)
            default: text[place] = byte
            }
        }
        return text
    }
}
