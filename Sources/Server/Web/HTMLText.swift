import AgentStream
import Mustache

/// Text as it stands in HTML, between tags and within quoted attributes.
///
/// The library escapes by characters, so that a quote with a combining mark behind it would end an attribute. Here it is
/// scalars, and what is invisible or turns the direction of text is shown.
struct HTMLText: MustacheContentType {
    /// The name by which templates ask for it.
    static let name = "CARETAKER"

    func escapeText(_ text: String) -> String { Self.escaped(VisibleText.escaped(text)) }

    /// The text with nothing but its markup escaped, for the fields of forms, which give back what they hold.
    static func escaped(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        escaped.reserveCapacity(text.unicodeScalars.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
            case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
            case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
            case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
            case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}
