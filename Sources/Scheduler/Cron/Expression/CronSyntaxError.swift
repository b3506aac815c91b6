/// Why a schedule's text cannot be used, and what would be right.
package struct CronSyntaxError: Error, Hashable, CustomStringConvertible {
    /// The field's name, such as `day-of-month`; nil when the fault is not in one field.
    package let field: String?
    /// Where the fault begins: UTF-8 bytes into the text as it was given.
    package let offset: Int
    package let message: String

    package init(field: String? = nil, offset: Int = 0, _ message: String) {
        self.field = field
        self.offset = offset
        self.message = message
    }

    package var description: String {
        field.map { "\($0), at byte \(offset): \(message)" } ?? "at byte \(offset): \(message)"
    }
}
