import ArgumentParser
import Foundation

/// A command as the argument parser describes it, for the manual.
struct CommandDescription: Decodable, Hashable {
    let commandName: String
    let abstract: String?
    let discussion: String?
    private let shouldDisplay: Bool?
    private let subcommands: [CommandDescription]?
    private let arguments: [Argument]?

    /// An option, a flag, or a value by its place.
    struct Argument: Decodable, Hashable {
        struct Name: Decodable, Hashable {
            let kind: String
            let name: String
        }

        let kind: String
        let shouldDisplay: Bool
        let isOptional: Bool
        let isRepeating: Bool
        let names: [Name]?
        let valueName: String?
        let defaultValue: String?
        let abstract: String?
    }

    private struct Tool: Decodable {
        let command: CommandDescription
    }

    /// The whole command, from what it says of itself for tools.
    static func all() throws -> CommandDescription {
        try JSONDecoder().decode(Tool.self, from: Data(Caretaker._dumpHelp().utf8)).command
    }

    /// The commands below it that are shown; `help` says nothing that the manual does not.
    var shownCommands: [CommandDescription] {
        (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
    }

    /// The indented lines of its discussion.
    var examples: [String] {
        lines.filter { $0.hasPrefix(" ") }.map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// Its discussion without the examples.
    var explanation: String {
        lines.filter { !$0.hasPrefix(" ") }.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private var lines: [String] { (discussion ?? "").components(separatedBy: "\n") }

    var shownArguments: [Argument] {
        (arguments ?? []).filter { $0.shouldDisplay }
    }

    /// The commands that do something, with the names of those above them.
    func leaves(below parents: [String] = []) -> [(name: String, command: CommandDescription)] {
        let names = parents + [commandName]
        if shownCommands.isEmpty { return [(names.joined(separator: " "), self)] }
        return shownCommands.flatMap { $0.leaves(below: names) }
    }
}
