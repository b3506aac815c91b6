/// What a value on the wire must be: fields, types and limits, as a value.
///
/// Decoding and the texts of issues come from it, and the documents of the API.
package indirect enum Schema: Hashable, Sendable {
    case string(lengths: ClosedRange<Int>)
    /// One of some words.
    case word([String])
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case boolean
    case array(of: Schema, maximum: Int)
    case object([Field], unknown: UnknownKeys)
    /// An object whose keys are free.
    case map(of: Schema, maximum: Int)
    case nullable(Schema)
    /// A value that may be missing altogether, as the input of a procedure; it then counts as an empty object.
    case optional(Schema)
    /// Any JSON.
    case any

    /// What becomes of keys that an object's fields do not name.
    package enum UnknownKeys: Hashable, Sendable {
        /// They are dropped in silence, as the original does.
        case strip
        case refuse
        /// They stay: for outputs that may grow.
        case keep
    }

    /// One key of an object.
    package struct Field: Hashable, Sendable {
        package let name: String
        package let schema: Schema
        package let isRequired: Bool

        package static func required(_ name: String, _ schema: Schema) -> Field {
            Field(name: name, schema: schema, isRequired: true)
        }

        package static func optional(_ name: String, _ schema: Schema) -> Field {
            Field(name: name, schema: schema, isRequired: false)
        }
    }

    /// Any text that fits a database row and a screen.
    static let text = Schema.string(lengths: 0...1_048_576)
    static let id = Schema.string(lengths: 0...128)
    static let time = Schema.string(lengths: 24...24)
}
