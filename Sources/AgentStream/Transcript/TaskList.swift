/// The agent's own tasks as far as a fold has seen them, made and changed one by one.
struct TaskList: Hashable, Sendable {
    private(set) var items: [Checklist.Item] = []

    /// Takes a structured result of one of the tools for tasks; nil when it tells nothing of the list.
    ///
    /// - Parameters:
    ///   - result: The structured result.
    ///   - change: What the tool was asked, if that is known.
    /// - Returns: The list with what changed.
    mutating func take(_ result: JSONValue, change: ToolInput.TaskChange?) -> Checklist? {
        for index in items.indices { items[index].change = nil }
        if let tasks = result["tasks"]?.array {
            replace(by: tasks)
        } else if let task = result["task"], let id = task.word("id") {
            put(id, subject: task.word("subject"), status: task.word("status"))
        } else if result.flag("success"), let id = result.word("taskId") {
            put(id, subject: change?.subject, status: result["statusChange"]?.word("to") ?? change?.status)
        } else {
            return nil
        }
        let shown = items
        items.removeAll { $0.change == .removed }
        return Checklist(items: BoundedList(shown) { $0 })
    }

    private mutating func replace(by tasks: [JSONValue]) {
        let before = Dictionary(items.compactMap { item in item.id.map { ($0, item) } }) { first, _ in first }
        items = tasks.prefix(TranscriptLimits.listCount).compactMap { task in
            guard let id = task.word("id") else { return nil }
            let item = Checklist.Item(
                id: id,
                text: task.word("subject") ?? "#\(id)",
                state: Checklist.State(task.word("status"))
            )
            return item.marked(since: before[id], isFirst: before.isEmpty)
        }
    }

    private mutating func put(_ id: String, subject: String?, status: String?) {
        guard let index = items.firstIndex(where: { $0.id == id }) else {
            guard items.count < TranscriptLimits.listCount, status != "deleted" else { return }
            items.append(
                Checklist.Item(id: id, text: subject ?? "#\(id)", state: Checklist.State(status), change: .added)
            )
            return
        }
        let before = items[index]
        if let subject { items[index].text = subject }
        if status == "deleted" {
            items[index].change = .removed
        } else {
            if let status { items[index].state = Checklist.State(status) }
            items[index] = items[index].marked(since: before, isFirst: false)
        }
    }
}

extension Checklist.Item {
    fileprivate func marked(since before: Checklist.Item?, isFirst: Bool) -> Checklist.Item {
        var item = self
        if let before {
            item.change = before.text == text && before.state == state ? nil : .changed
        } else {
            item.change = isFirst ? nil : .added
        }
        return item
    }
}
