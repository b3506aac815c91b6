/// ASCII tests and conversions for parsers.
extension UInt8 {
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
    var isLetter: Bool { lowercased >= UInt8(ascii: "a") && lowercased <= UInt8(ascii: "z") }
    /// A space, or one of tab, line feed, vertical tab, form feed and carriage return.
    var isBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
    var uppercased: UInt8 { (0x61...0x7A).contains(self) ? self - 0x20 : self }
    var lowercased: UInt8 { (0x41...0x5A).contains(self) ? self + 0x20 : self }
}

extension [UInt8] {
    func text(_ range: Range<Int>) -> String { String(decoding: self[range], as: UTF8.self) }

    func uppercased(_ range: Range<Int>) -> String {
        String(decoding: self[range].map(\.uppercased), as: UTF8.self)
    }

    /// The runs of bytes between blanks.
    func words(in range: Range<Int>) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var start: Int?
        for index in range {
            if self[index].isBlank {
                if let begun = start { words.append(begun..<index) }
                start = nil
            } else if start == nil {
                start = index
            }
        }
        if let begun = start { words.append(begun..<range.upperBound) }
        return words
    }

    /// The number that 1 to `digits` decimal digits make; nil for anything else.
    func number(_ range: Range<Int>, digits: Int = 4) -> Int? {
        guard (1...digits).contains(range.count), self[range].allSatisfy(\.isDigit) else { return nil }
        return self[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}
