package import Logging

/// Marks a metadata value that no output may show.
package enum LogSecrecy: Int64, Logger.MetadataValueAttributes.Attribute {
    case secret = 1

    /// What is written in the value's place.
    static let mask = "[secret]"
}

extension Logger.MetadataValue {
    /// A value that is there but never shown.
    package static func secret(_ text: String) -> Logger.MetadataValue {
        var value = Logger.MetadataValue.string(text)
        value.attributes = [LogSecrecy.secret]
        return value
    }
}
