/// A list of things to be done, with what changed since it was last shown.
package struct Checklist: Hashable, Sendable {
    /// How far one of them is; words of later versions are kept.
    package enum State: Hashable, Sendable {
        case pending
        case inProgress
        case completed
        case other(String)

        init(_ word: String?) {
            self =
                switch word {
                case nil, "pending": .pending
                case "in_progress": .inProgress
                case "completed": .completed
                case let word?: .other(word)
                }
        }
    }

    /// What happened to one of them since.
    package enum Change: String, Hashable, Sendable {
        case added
        case changed
        case removed
    }

    /// One thing to be done.
    package struct Item: Hashable, Sendable {
        /// Nil in lists that have none.
        package let id: String?
        package var text: String
        package var state: State
        package var change: Change?
    }

    package internal(set) var items: BoundedList<Item>

    init(items: BoundedList<Item>) {
        self.items = items
    }

    /// Reads the list of `TodoWrite`; items of the list before that are gone are not shown.
    init(todos: [JSONValue], since last: Checklist?) {
        let before = Dictionary(last?.items.elements.map { ($0.text, $0.state) } ?? []) { first, _ in first }
        items = BoundedList(todos) { todo in
            guard let text = todo.word("content") else { return nil }
            let state = State(todo.word("status"))
            let change: Change? = before[text].map { $0 == state ? nil : .changed } ?? (last == nil ? nil : .added)
            return Item(id: nil, text: text, state: state, change: change)
        }
    }

    /// How many are done, such as `2 of 5 done`.
    package var summary: String {
        let present = items.elements.filter { $0.change != .removed }
        return "\(present.filter { $0.state == .completed }.count) of \(present.count + items.omittedCount) done"
    }
}
