/// A JSON text as a tree: members keep their order, and numbers their digits.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The number's text as it stands in JSON, so that nothing is lost on the way through.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    package init(_ number: some BinaryInteger) { self = .number(String(number)) }

    /// A whole number is written without a fraction, and what JSON cannot say (NaN, infinity) becomes null, as
    /// `JSON.stringify` does.
    package init(_ number: Double) {
        if let whole = Int64(exactly: number), whole.magnitude < 1 << 53 {
            self = .number(String(whole))
        } else {
            self = number.isFinite ? .number(number.description) : .null
        }
    }
}

extension JSONValue {
    /// The member of an object; nil for anything else.
    package subscript(_ key: String) -> JSONValue? { object?[key] }

    /// The element of an array; nil out of bounds and for anything else.
    package subscript(_ index: Int) -> JSONValue? {
        guard let array, array.indices.contains(index) else { return nil }
        return array[index]
    }

    package var isNull: Bool { self == .null }

    package var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    package var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    package var array: [JSONValue]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    package var object: JSONObject? {
        guard case .object(let value) = self else { return nil }
        return value
    }

    /// The number, when it is whole and fits; `1.0` and `1e3` are whole.
    package var int: Int? {
        guard case .number(let text) = self else { return nil }
        return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
    }

    /// The nearest number; infinite when it is too large, as in JavaScript.
    package var double: Double? {
        guard case .number(let text) = self else { return nil }
        return Double(text)
    }
}
