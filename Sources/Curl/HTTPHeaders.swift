/// Header fields in their order, with lower-case names.
package struct HTTPHeaders: Sendable, Equatable {
    /// One field; a repeated name is repeated fields.
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name.lowercased()
            self.value = value
        }
    }

    package private(set) var fields: [Field]

    package init(_ fields: [Field] = []) {
        self.fields = fields
    }

    package var isEmpty: Bool { fields.isEmpty }

    /// The first value of a name, whatever its case; assigning replaces all of them.
    package subscript(_ name: String) -> String? {
        get { values(of: name).first }
        set {
            let name = name.lowercased()
            fields.removeAll { $0.name == name }
            if let newValue { append(name, newValue) }
        }
    }

    package func values(of name: String) -> [String] {
        let name = name.lowercased()
        return fields.filter { $0.name == name }.map(\.value)
    }

    package mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { Field(name: $0.0, value: $0.1) })
    }
}

/// Names only: values may be bearer tokens, and a printed request must not carry one into a log.
extension HTTPHeaders: CustomStringConvertible {
    package var description: String { "[" + fields.map(\.name).joined(separator: ", ") + "]" }
}

extension HTTPHeaders.Field: CustomStringConvertible {
    package var description: String { name }
}
