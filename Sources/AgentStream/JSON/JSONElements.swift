/// Cuts the text of a JSON array, which comes in pieces, into its elements.
///
/// It looks for no more than where an element ends: whether one is JSON is for who takes it to see. A line break between
/// tokens becomes a space, so that every element is one line.
package struct JSONElements {
    private enum Place {
        case before
        case between
        case element
        case after
        /// In what is no array, or behind it.
        case lost
    }

    private var place = Place.before
    private var element: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    package init() {}

    /// What was read and is no whole element: something else than an array, or an array without end; nil when all is well.
    package var rest: [UInt8]? {
        switch place {
        case .after: nil
        case .before, .between, .element, .lost: element
        }
    }

    /// Reads the next piece.
    ///
    /// - Parameters:
    ///   - bytes: The piece.
    ///   - take: Gets each element that ends in it.
    /// - Throws: What `take` throws.
    package mutating func read(_ bytes: [UInt8], _ take: ([UInt8]) throws -> Void) rethrows {
        var left = bytes[...]
        while let byte = left.first {
            // Nearly all of a conversation is text.
            if isInString, !isEscaped {
                readText(&left)
                continue
            }
            left = left.dropFirst()
            switch place {
            case .element: if readInElement(byte) { try hand(take) }
            case .lost: element.append(byte)
            case .before: readBefore(byte)
            case .between: readBetween(byte)
            case .after: if !Self.isSpace(byte) { (place, element) = (.lost, [byte]) }
            }
        }
    }

    /// Takes what there is of a string, up to its end or a backslash.
    private mutating func readText(_ left: inout ArraySlice<UInt8>) {
        let quote = UInt8(ascii: "\"")
        let backslash = UInt8(ascii: "\\")
        let end = left.firstIndex { $0 == quote || $0 == backslash }
        element += left[..<(end ?? left.endIndex)]
        guard let end else {
            left = []
            return
        }
        element.append(left[end])
        isEscaped = left[end] == backslash
        isInString = isEscaped
        left = left[(end + 1)...]
    }

    private mutating func readBefore(_ byte: UInt8) {
        guard !Self.isSpace(byte) else { return }
        if byte == UInt8(ascii: "[") { place = .between } else { (place, element) = (.lost, [byte]) }
    }

    private mutating func readBetween(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: ","), 0x20, 0x09, 0x0A, 0x0D: break
        case UInt8(ascii: "]"): place = .after
        default:
            place = .element
            depth = 0
            isInString = false
            isEscaped = false
            _ = readInElement(byte)
        }
    }

    /// Takes a byte of an element, and says whether it ended before that.
    private mutating func readInElement(_ byte: UInt8) -> Bool {
        if isEscaped {
            isEscaped = false
            element.append(byte)
            return false
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: ",") where depth == 0:
            place = .between
            return true
        case UInt8(ascii: "]") where depth == 0:
            place = .after
            return true
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
        element.append(byte == 0x0A || byte == 0x0D ? 0x20 : byte)
        return false
    }

    private mutating func hand(_ take: ([UInt8]) throws -> Void) rethrows {
        while let last = element.last, Self.isSpace(last) { element.removeLast() }
        let whole = element
        element = []
        try take(whole)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
}
