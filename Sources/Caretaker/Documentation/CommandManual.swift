/// The manual page caretaker(8), made from the commands' own descriptions.
struct CommandManual {
    let command: CommandDescription
    /// The page's date, as `November 23, 2026`.
    let date: String

    /// An option is told once when so many commands have it.
    private static let many = 5

    var text: String {
        var page = ManualText()
        page.macro("Dd", date)
        page.line(".Dt CARETAKER 8")
        page.line(".Os")
        page.line(".Sh NAME")
        page.line(".Nm caretaker")
        page.line(".Nd runs coding agents on repository chores")
        synopsis(&page)
        page.line(".Sh DESCRIPTION")
        page.sentences(
            """
            Caretaker runs coding agents on repositories, on schedules and on demand. The service, caretaker serve, \
            decides when a run may start, starts an executor for it, keeps every message and the agent's work, and \
            cleans up. The other commands speak to the service, or look at this machine.
            """
        )
        common(&page)
        page.line(".Sh COMMANDS")
        for leaf in command.leaves() { section(leaf.name, leaf.command, &page) }
        CommandManual.endings(&page)
        return page.text
    }

    private func synopsis(_ page: inout ManualText) {
        page.line(".Sh SYNOPSIS")
        for shown in command.shownCommands {
            page.line(".Nm")
            page.macro("Cm", shown.commandName)
            if !shown.shownCommands.isEmpty { page.line(".Ar command") }
            page.line(".Op Ar options")
        }
    }

    private func common(_ page: inout ManualText) {
        let arguments = commonArguments
        guard !arguments.isEmpty else { return }
        page.line(".Sh COMMON OPTIONS")
        page.sentences("Most commands have these.")
        list(arguments, &page)
    }

    private func section(_ name: String, _ command: CommandDescription, _ page: inout ManualText) {
        page.macro("Ss", name)
        page.sentences(command.abstract ?? "")
        describe(command, &page)
        let common = Set(commonArguments)
        list(command.shownArguments.filter { !common.contains($0) }, &page)
    }

    /// What a command says of itself; its examples, which are indented, stay as they are.
    private func describe(_ command: CommandDescription, _ page: inout ManualText) {
        if !command.explanation.isEmpty {
            page.line(".Pp")
            page.sentences(command.explanation)
        }
        guard !command.examples.isEmpty else { return }
        page.line(".Bd -literal -offset indent")
        for example in command.examples { page.literal(example) }
        page.line(".Ed")
    }

    /// What many commands have, in the order in which it is first seen.
    private var commonArguments: [CommandDescription.Argument] {
        let all = command.leaves().flatMap(\.command.shownArguments).filter { $0.kind != "positional" }
        let counts = all.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        var seen: Set<CommandDescription.Argument> = []
        return all.filter { counts[$0, default: 0] >= Self.many && seen.insert($0).inserted }
    }

    private func list(_ arguments: [CommandDescription.Argument], _ page: inout ManualText) {
        guard !arguments.isEmpty else { return }
        page.line(".Bl -tag -width Ds")
        for argument in arguments {
            page.line(".It \(Self.tag(argument))")
            page.sentences(argument.abstract ?? "See the description.")
            if let value = argument.defaultValue, argument.kind == "option" { page.sentences("Default: \(value).") }
        }
        page.line(".El")
    }

    private static func tag(_ argument: CommandDescription.Argument) -> String {
        let value = argument.valueName.map { "Ar \(ManualText.argument($0))" } ?? "Ar value"
        let dots = argument.isRepeating ? " ..." : ""
        if argument.kind == "positional" { return value + dots }
        let names = (argument.names ?? []).map { name in
            "Fl \(ManualText.argument(name.kind == "long" ? "-\(name.name)" : name.name))"
        }
        return names.joined(separator: " , ") + (argument.kind == "option" ? " \(value)" : "") + dots
    }
}
