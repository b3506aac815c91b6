import Hummingbird
import Model

/// The query of a page's address.
struct WebQuery {
    private var items: [(name: String, value: String)]

    init(_ parameters: Parameters) {
        items = parameters.map { (String($0.key), String($0.value)) }
    }

    /// The first value of a name; nil when it is missing or empty.
    subscript(_ name: String) -> String? {
        items.first { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    /// A value that is one of some words.
    ///
    /// - Throws: `InputProblem` when it is none of them.
    func word<Word: RawRepresentable & CaseIterable>(
        _ name: String,
        _ type: Word.Type
    ) throws(InputProblem) -> Word? where Word.RawValue == String {
        guard let text = self[name] else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw InputProblem(field: name, message: "It is none of these: \(words).")
        }
        return word
    }

    /// The same with another value of a name; nil removes it.
    func setting(_ name: String, _ value: String?) -> WebQuery {
        var copy = self
        copy.items.removeAll { $0.name == name }
        if let value { copy.items.append((name, value)) }
        return copy
    }

    /// A path with this query behind it.
    func path(_ path: String) -> String {
        guard !items.isEmpty else { return path }
        return path + "?"
            + items.map { "\($0.name.percentEncoded)=\($0.value.percentEncoded)" }
            .joined(separator: "&")
    }
}
