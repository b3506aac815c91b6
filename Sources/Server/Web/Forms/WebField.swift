import Model

/// One field of a form: its `path` is where its value stands in the procedure's input, so that issues find it.
struct WebField {
    /// How the field's text becomes a value of the input; `form.js` knows the same words.
    enum Kind: String {
        case text
        case integer
        case number
        /// A size such as `4 GiB`, which is sent in bytes.
        case bytes
        /// One text a line.
        case lines
        case json
        case choice
        /// A choice of yes, no and nothing.
        case truth
    }

    /// What is sent of a field in which nothing is written.
    enum Empty: String {
        case nothing
        case null
        case text
    }

    struct Option {
        let optionValue: String
        let optionName: String
        let isSelected: Bool
    }

    let path: String
    let fieldID: String
    let label: String
    let hint: String?
    let kind: String
    let empty: String
    /// The value with its markup escaped and nothing else changed.
    let escaped: String
    /// What is set, as people read it; nil when nothing is.
    let shown: String?
    let isArea: Bool
    let isChoice: Bool
    let isLine: Bool
    let isRequired: Bool
    /// What holds while the field is empty.
    private(set) var placeholder: String?
    /// The `datalist` of what may be meant.
    let suggestions: String?
    private(set) var options: [Option]

    init(
        _ path: String,
        _ label: String,
        _ value: String?,
        kind: Kind = .text,
        hint: String? = nil,
        empty: Empty = .nothing,
        isArea: Bool = false,
        isRequired: Bool = false,
        suggestions: String? = nil,
        choices: [(value: String, name: String)] = []
    ) {
        self.path = path
        fieldID = "field-" + path.map { $0 == "." ? "-" : String($0) }.joined()
        self.label = label
        self.hint = hint
        self.kind = kind.rawValue
        self.empty = empty.rawValue
        escaped = HTMLText.escaped(value ?? "")
        shown = value.map { value in choices.first { $0.value == value }?.name ?? value }
        isChoice = kind == .choice || kind == .truth
        self.isArea = isArea || kind == .lines || kind == .json
        isLine = !isChoice && !self.isArea
        self.isRequired = isRequired
        self.suggestions = suggestions
        options = choices.map {
            Option(optionValue: $0.value, optionName: $0.name, isSelected: $0.value == value ?? "")
        }
    }

    /// A choice of words, of which none is the service's own.
    static func words<Word: RawRepresentable & CaseIterable>(
        _ path: String,
        _ label: String,
        _ value: Word?,
        hint: String? = nil,
        standard: String = "the service's default"
    ) -> WebField where Word.RawValue == String {
        let choices = [("", standard)] + Word.allCases.map { ($0.rawValue, WebText.words($0.rawValue)) }
        return WebField(path, label, value?.rawValue, kind: .choice, hint: hint, choices: choices)
    }

    /// A choice of yes and no, of which neither is the service's own.
    static func truth(_ path: String, _ label: String, _ value: Bool?, standard: String) -> WebField {
        WebField(
            path,
            label,
            value.map { "\($0)" },
            kind: .truth,
            choices: [("", standard), ("true", "yes"), ("false", "no")]
        )
    }

    /// The field with what holds while nothing is chosen or written in it.
    ///
    /// - Parameters:
    ///   - standard: The same field of what stands behind; nothing changes if nothing is set there.
    ///   - owner: Whose it is, such as `the task's`.
    /// - Returns: The field.
    func over(_ standard: WebField, of owner: String) -> WebField {
        guard let usual = standard.shown else { return self }
        var field = self
        field.placeholder = usual
        field.options = options.map { option in
            guard option.optionValue.isEmpty else { return option }
            return Option(optionValue: "", optionName: "\(owner): \(usual)", isSelected: option.isSelected)
        }
        return field
    }

    /// Texts, one a line; `(none)` stands for a list that is empty.
    static func lines(_ path: String, _ label: String, _ value: [String]?, hint: String) -> WebField {
        WebField(
            path,
            label,
            value.map { $0.isEmpty ? "(none)" : $0.joined(separator: "\n") },
            kind: .lines,
            hint: hint
        )
    }

    static func integer(_ path: String, _ label: String, _ value: Int?, hint: String? = nil) -> WebField {
        WebField(path, label, value.map { "\($0)" }, kind: .integer, hint: hint)
    }

    static func number(_ path: String, _ label: String, _ value: Double?, hint: String? = nil) -> WebField {
        WebField(path, label, value.map(text), kind: .number, hint: hint)
    }

    private static func text(_ number: Double) -> String {
        Int(exactly: number).map { "\($0)" } ?? "\(number)"
    }
}
