import AgentStream
import ArgumentParser
import Foundation
import Server

/// `caretaker documentation`: the manual pages, for packages, and the documents of the API.
struct DocumentationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "documentation",
        abstract: "Prints a manual page or a document of the API.",
        shouldDisplay: false
    )

    /// The pages there are.
    enum Page: String, ExpressibleByArgument, CaseIterable {
        case man8
        case man5
        case taskSchema = "task-schema"
        case openapi
        case typescript
    }

    @Argument(
        help: """
            The page: man8 is caretaker(8), man5 is caretaker.yaml(5), openapi, typescript and task-schema are \
            what the service answers at /openapi.json, /trpc.d.ts and /task.schema.json.
            """
    )
    var page: Page

    @Option(help: "The page's date in seconds since 1970, so that a package can be made again as it was.")
    var date = Date.now.timeIntervalSince1970

    func run() throws {
        let date = Self.text(Date(timeIntervalSince1970: date))
        switch page {
        case .man8: print(CommandManual(command: try .all(), date: date).text, terminator: "")
        case .man5: print(ConfigurationManual(date: date).text, terminator: "")
        case .openapi:
            let document = try DescribedService.procedures { OpenAPIDocument($0, version: Caretaker.version).json }
            print(String(decoding: document.encoded, as: UTF8.self))
        case .typescript:
            let text = try DescribedService.procedures { TypeScriptDeclaration($0, version: Caretaker.version).text }
            print(text, terminator: "")
        case .taskSchema: print(String(decoding: DeclarationSchema.json.encoded, as: UTF8.self))
        }
    }

    private static func text(_ date: Date) -> String {
        let format = Date.FormatStyle(locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt)
        return date.formatted(format.month(.wide).day().year())
    }
}
