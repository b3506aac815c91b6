/// Writes compact JSON as `JSON.stringify` does, into a buffer that the caller owns.
package enum JSONWriter {
    /// Appends a string with its quotes; only the quote, the backslash and controls below U+0020 are escaped.
    package static func appendJSONString(_ text: some StringProtocol, to buffer: inout [UInt8]) {
        var text = String(text)
        text.withUTF8 { utf8 in
            buffer.reserveCapacity(buffer.count + utf8.count + 2)
            buffer.append(UInt8(ascii: "\""))
            var plain = 0
            for index in utf8.indices where mustEscape(utf8[index]) {
                buffer.append(contentsOf: utf8[plain..<index])
                appendEscape(utf8[index], to: &buffer)
                plain = index + 1
            }
            buffer.append(contentsOf: utf8[plain...])
            buffer.append(UInt8(ascii: "\""))
        }
    }

    /// Appends text as it is: punctuation and what is known to be JSON.
    package static func appendVerbatim(_ json: StaticString, to buffer: inout [UInt8]) {
        buffer.append(contentsOf: UnsafeBufferPointer(start: json.utf8Start, count: json.utf8CodeUnitCount))
    }

    package static func append(_ value: JSONValue, to buffer: inout [UInt8]) {
        switch value {
        case .null: appendVerbatim("null", to: &buffer)
        case .bool(let value): appendVerbatim(value ? "true" : "false", to: &buffer)
        case .number(let text): buffer.append(contentsOf: text.utf8)
        case .string(let text): appendJSONString(text, to: &buffer)
        case .array(let elements): append(elements, to: &buffer)
        case .object(let object): append(object, to: &buffer)
        }
    }

    private static func append(_ elements: [JSONValue], to buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            append(element, to: &buffer)
        }
        buffer.append(UInt8(ascii: "]"))
    }

    private static func append(_ object: JSONObject, to buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: "{"))
        for (index, member) in object.members.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            appendJSONString(member.key, to: &buffer)
            buffer.append(UInt8(ascii: ":"))
            append(member.value, to: &buffer)
        }
        buffer.append(UInt8(ascii: "}"))
    }

    @inline(__always)
    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func appendEscape(_ byte: UInt8, to buffer: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): appendVerbatim("\\\"", to: &buffer)
        case UInt8(ascii: "\\"): appendVerbatim("\\\\", to: &buffer)
        case 0x08: appendVerbatim("\\b", to: &buffer)
        case 0x09: appendVerbatim("\\t", to: &buffer)
        case 0x0A: appendVerbatim("\\n", to: &buffer)
        case 0x0C: appendVerbatim("\\f", to: &buffer)
        case 0x0D: appendVerbatim("\\r", to: &buffer)
        default:
            appendVerbatim(byte < 0x10 ? "\\u000" : "\\u001", to: &buffer)
            let digit = byte & 0x0F
            buffer.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}

extension JSONValue {
    package func write(to buffer: inout [UInt8]) { JSONWriter.append(self, to: &buffer) }

    /// The value as compact JSON.
    package var encoded: [UInt8] {
        var buffer: [UInt8] = []
        write(to: &buffer)
        return buffer
    }
}
