/// The JSON grammar (RFC 8259) over bytes: the one reader behind the scanner, the tree and the line classifier.
///
/// It never recurses, so no text can exhaust the stack; UTF-8 is checked strictly, while a lone `\ud800` escape passes.
struct JSONGrammar {
    static let maximumDepth = 512

    let bytes: UnsafeRawBufferPointer
    let maximumDepth: Int
    var position = 0
    private var nesting = JSONNesting()

    /// Reads the whole text and tells the visitor each token.
    static func read<Visitor: JSONVisitor>(
        _ bytes: UnsafeRawBufferPointer,
        maximumDepth: Int = maximumDepth,
        visitor: inout Visitor
    ) throws(JSONError) {
        var grammar = JSONGrammar(bytes: bytes, maximumDepth: maximumDepth)
        try grammar.readText(&visitor)
    }

    private init(bytes: UnsafeRawBufferPointer, maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    private mutating func readText<Visitor: JSONVisitor>(_ visitor: inout Visitor) throws(JSONError) {
        repeat {
            while try opensContainer(&visitor) {}
        } while try closesContainers(&visitor)
        skipWhitespace()
        if position < bytes.count { throw unexpected() }
    }

    /// Reads one value, or only the opening (and the first key) of a container that has something in it.
    ///
    /// - Returns: whether a value must follow here.
    private mutating func opensContainer<Visitor: JSONVisitor>(_ visitor: inout Visitor) throws(JSONError) -> Bool {
        skipWhitespace()
        switch try peek() {
        case UInt8(ascii: "\""):
            position += 1
            visitor.string(try scanString())
        case UInt8(ascii: "{"):
            try push(object: true)
            visitor.beginObject()
            skipWhitespace()
            guard try peek() == UInt8(ascii: "}") else {
                try readKey(&visitor)
                return true
            }
            pop(&visitor)
        case UInt8(ascii: "["):
            try push(object: false)
            visitor.beginArray()
            skipWhitespace()
            guard try peek() == UInt8(ascii: "]") else { return true }
            pop(&visitor)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let start = position
            try scanNumber()
            visitor.number(UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
        case UInt8(ascii: "t"):
            try scanWord("true")
            visitor.literal(.yes)
        case UInt8(ascii: "f"):
            try scanWord("false")
            visitor.literal(.no)
        case UInt8(ascii: "n"):
            try scanWord("null")
            visitor.literal(.null)
        default:
            throw unexpected()
        }
        return false
    }

    /// Reads what follows a value: ends of containers, or a comma.
    ///
    /// - Returns: whether a value must follow; false when the outermost value is complete.
    private mutating func closesContainers<Visitor: JSONVisitor>(_ visitor: inout Visitor) throws(JSONError) -> Bool {
        while nesting.depth > 0 {
            skipWhitespace()
            let byte = try peek()
            if byte == UInt8(ascii: ",") {
                position += 1
                if nesting.isInObject { try readKey(&visitor) }
                return true
            }
            guard byte == (nesting.isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { throw unexpected() }
            pop(&visitor)
        }
        return false
    }

    private mutating func readKey<Visitor: JSONVisitor>(_ visitor: inout Visitor) throws(JSONError) {
        skipWhitespace()
        guard try peek() == UInt8(ascii: "\"") else { throw unexpected() }
        position += 1
        visitor.key(try scanString())
        skipWhitespace()
        guard try peek() == UInt8(ascii: ":") else { throw unexpected() }
        position += 1
    }

    private mutating func push(object: Bool) throws(JSONError) {
        if nesting.depth >= maximumDepth { throw JSONError(problem: .tooDeep, offset: position) }
        nesting.push(object: object)
        position += 1
    }

    @inline(__always)
    private mutating func pop<Visitor: JSONVisitor>(_ visitor: inout Visitor) {
        if nesting.isInObject { visitor.endObject() } else { visitor.endArray() }
        nesting.pop()
        position += 1
    }
}
