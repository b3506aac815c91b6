/// Writes JSON for people: indented by two spaces, and no more of it than is wanted.
enum PrettyJSON {
    /// The value's text, or as much of it as fits, and whether that is all.
    static func text(of value: JSONValue, limit: Int) -> (String, isWhole: Bool) {
        var writer = Writer(limit: limit)
        writer.append(value, depth: 0)
        if writer.buffer.count <= limit { return (String(decoding: writer.buffer, as: UTF8.self), true) }
        var end = limit
        while end > 0, writer.buffer[end] & 0xC0 == 0x80 { end -= 1 }
        return (String(decoding: writer.buffer[..<end], as: UTF8.self), false)
    }

    private struct Writer {
        let limit: Int
        var buffer: [UInt8] = []
        private var isFull: Bool { buffer.count > limit }

        init(limit: Int) { self.limit = limit }

        mutating func append(_ value: JSONValue, depth: Int) {
            switch value {
            case .object(let object) where !object.isEmpty: append(object, depth: depth)
            case .array(let elements) where !elements.isEmpty: append(elements, depth: depth)
            case .string(let text) where text.utf8.count > limit:
                // Cut first, so that no more is escaped than is shown.
                JSONWriter.appendJSONString(String(decoding: text.utf8.prefix(limit), as: UTF8.self), to: &buffer)
                buffer.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2))
            default: value.write(to: &buffer)
            }
        }

        private mutating func append(_ object: JSONObject, depth: Int) {
            buffer.append(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() where !isFull {
                startLine(isFirst: index == 0, depth: depth + 1)
                JSONWriter.appendJSONString(member.key, to: &buffer)
                JSONWriter.appendVerbatim(": ", to: &buffer)
                append(member.value, depth: depth + 1)
            }
            endLine(depth)
            buffer.append(UInt8(ascii: "}"))
        }

        private mutating func append(_ elements: [JSONValue], depth: Int) {
            buffer.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() where !isFull {
                startLine(isFirst: index == 0, depth: depth + 1)
                append(element, depth: depth + 1)
            }
            endLine(depth)
            buffer.append(UInt8(ascii: "]"))
        }

        private mutating func startLine(isFirst: Bool, depth: Int) {
            if !isFirst { buffer.append(UInt8(ascii: ",")) }
            endLine(depth)
        }

        private mutating func endLine(_ depth: Int) {
            buffer.append(UInt8(ascii: "\n"))
            buffer.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
        }
    }
}
