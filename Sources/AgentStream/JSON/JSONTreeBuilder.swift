/// Makes a tree of the grammar's tokens.
///
/// Complete values wait on one flat stack, keys on another, until the end of their container takes them: no container
/// is ever copied while it grows.
struct JSONTreeBuilder: JSONVisitor {
    private var values: [JSONValue] = []
    private var keys: [String] = []
    private var starts: [Int] = []

    init() {
        values.reserveCapacity(32)
        keys.reserveCapacity(32)
    }

    /// The tree, once the grammar has read the whole text.
    var root: JSONValue { values.first ?? .null }

    mutating func beginObject() { starts.append(values.count) }

    mutating func beginArray() { starts.append(values.count) }

    mutating func endObject() {
        let start = starts.removeLast()
        let taken = values[start...]
        let members = zip(keys.suffix(taken.count), taken).map { JSONObject.Member(key: $0, value: $1) }
        keys.removeLast(members.count)
        values.removeLast(members.count)
        values.append(.object(JSONObject(members)))
    }

    mutating func endArray() {
        let start = starts.removeLast()
        let elements = Array(values[start...])
        values.removeLast(elements.count)
        values.append(.array(elements))
    }

    mutating func key(_ text: JSONText) { keys.append(text.string) }

    mutating func string(_ text: JSONText) { values.append(.string(text.string)) }

    mutating func number(_ text: UnsafeRawBufferPointer) {
        values.append(.number(String(decoding: text, as: UTF8.self)))
    }

    mutating func literal(_ literal: JSONLiteral) {
        switch literal {
        case .null: values.append(.null)
        case .yes: values.append(.bool(true))
        case .no: values.append(.bool(false))
        }
    }
}

extension JSONValue {
    package init(parsing bytes: UnsafeRawBufferPointer, maximumDepth: Int = 512) throws(JSONError) {
        var builder = JSONTreeBuilder()
        try JSONGrammar.read(bytes, maximumDepth: maximumDepth, visitor: &builder)
        self = builder.root
    }

    package init(parsing bytes: [UInt8], maximumDepth: Int = 512) throws(JSONError) {
        self = try bytes.withUnsafeBytes { buffer in
            Result { () throws(JSONError) in try JSONValue(parsing: buffer, maximumDepth: maximumDepth) }
        }.get()
    }

    package init(parsing text: String, maximumDepth: Int = 512) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), maximumDepth: maximumDepth)
    }
}
