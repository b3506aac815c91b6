import AgentStream
import Foundation
import Testing

/// Makes the input of a procedure of a page's form, as `form.js` does in a browser.
struct WebFormReader {
    let procedure: String
    private(set) var input: JSONValue = .object([:])

    /// Reads the first form of a page that calls a procedure.
    init(_ html: String, procedure: String) throws {
        self.procedure = procedure
        let start = try #require(html.range(of: "data-procedure=\"\(procedure)\""))
        let form = html[start.upperBound...].prefix(
            upTo: try #require(html[start.upperBound...].range(of: "</form>")).lowerBound
        )
        // What stands in templates is nobody's yet.
        let text = String(form).replacing(/<template>[\s\S]*?<\/template>/, with: "")
        for tag in text.matches(of: /<(input|textarea|select)( [^>]*)>([\s\S]*?)(?=<input|<textarea|<select|$)/) {
            let attributes = Self.attributes(String(tag.output.2))
            let value = Self.value(String(tag.output.1), attributes, String(tag.output.3))
            try put(attributes, value)
        }
    }

    /// The same with another value of a field.
    func setting(_ path: String, _ value: JSONValue) -> WebFormReader {
        var copy = self
        copy.input = Self.putting(value, at: path.split(separator: ".").map(String.init), in: input)
        return copy
    }

    private static func attributes(_ text: String) -> [String: String] {
        let pairs = text.matches(of: /([a-z-]+)="([^"]*)"/).map {
            (String($0.output.1), unescaped(String($0.output.2)))
        }
        let words = text.replacing(/[a-z-]+="[^"]*"/, with: "").split(separator: " ").map { (String($0), "") }
        return Dictionary(pairs + words) { first, _ in first }
    }

    private static func value(_ tag: String, _ attributes: [String: String], _ rest: String) -> String {
        switch tag {
        case "input": return attributes["value"] ?? ""
        case "textarea": return unescaped(String(rest.prefix(while: { $0 != "<" }).dropFirst()))
        default:
            let selected = rest.firstMatch(of: /<option value="([^"]*)" selected>/)
            return unescaped(String(selected?.output.1 ?? ""))
        }
    }

    private static func unescaped(_ text: String) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    private var variable: String?
    private var steps = 0

    private mutating func put(_ attributes: [String: String], _ value: String) throws {
        if attributes["data-variable"] != nil {
            variable = value
        } else if attributes["data-content"] != nil {
            let path = ["settings", "environment", try #require(variable)]
            input = Self.putting(.string(value), at: path, in: input)
        } else if let key = attributes["data-key"] {
            if key == "instructions" { steps += 1 }
            input = Self.putting(.string(value), at: ["steps", "\(steps - 1)", key], in: input)
        } else if let name = attributes["name"], let kind = attributes["data-kind"] {
            guard let sent = try Self.sent(value, kind, attributes["data-empty"] ?? "") else { return }
            input = Self.putting(sent, at: name.split(separator: ".").map(String.init), in: input)
        }
    }

    private static func sent(_ text: String, _ kind: String, _ empty: String) throws -> JSONValue? {
        if text.isEmpty, empty != "text" { return empty == "null" ? .null : nil }
        switch kind {
        case "integer", "number": return .number(text)
        case "truth": return .bool(text == "true")
        case "json": return try JSONValue(parsing: Array(text.utf8))
        case "lines", "words":
            return .array(text == "(none)" ? [] : text.split(separator: "\n").map { .string(String($0)) })
        case "bytes":
            let parts = text.split(separator: " ")
            let shift = ["KiB": 10, "MiB": 20, "GiB": 30, "TiB": 40][parts.count > 1 ? String(parts[1]) : ""] ?? 0
            return JSONValue(try #require(Int(parts[0])) << shift)
        default: return .string(text)
        }
    }

    private static func putting(_ value: JSONValue, at path: [String], in place: JSONValue?) -> JSONValue {
        guard let key = path.first else { return value }
        let rest = Array(path.dropFirst())
        if let index = Int(key) {
            var array = place?.array ?? []
            while array.count <= index { array.append(.object([:])) }
            array[index] = putting(value, at: rest, in: array[index])
            return .array(array)
        }
        var object = place?.object ?? [:]
        object[key] = putting(value, at: rest, in: object[key])
        return .object(object)
    }
}
