/// What the grammar tells about a text while it reads it; each token arrives once, in the text's order.
///
/// A visitor that must not act on an invalid text acts when the grammar has returned without an error.
protocol JSONVisitor {
    mutating func beginObject()
    mutating func endObject()
    mutating func beginArray()
    mutating func endArray()
    mutating func key(_ text: JSONText)
    mutating func string(_ text: JSONText)
    mutating func number(_ text: UnsafeRawBufferPointer)
    mutating func literal(_ literal: JSONLiteral)
}

/// The three words of JSON.
enum JSONLiteral {
    case null
    case yes
    case no
}

/// A visitor that only wants to know whether the text is valid.
struct NothingVisitor: JSONVisitor {
    mutating func beginObject() {}
    mutating func endObject() {}
    mutating func beginArray() {}
    mutating func endArray() {}
    mutating func key(_ text: JSONText) {}
    mutating func string(_ text: JSONText) {}
    mutating func number(_ text: UnsafeRawBufferPointer) {}
    mutating func literal(_ literal: JSONLiteral) {}
}
