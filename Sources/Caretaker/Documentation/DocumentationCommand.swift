import ArgumentParser
import Foundation

/// `caretaker documentation`: the manual pages, for packages.
struct DocumentationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "documentation",
        abstract: "Prints a manual page.",
        shouldDisplay: false
    )

    /// The pages there are.
    enum Page: String, ExpressibleByArgument, CaseIterable {
        case man8
        case man5
    }

    @Argument(help: "The page: man8 is caretaker(8), man5 is caretaker.yaml(5).")
    var page: Page

    @Option(help: "The page's date in seconds since 1970, so that a package can be made again as it was.")
    var date = Date.now.timeIntervalSince1970

    func run() throws {
        let date = Self.text(Date(timeIntervalSince1970: date))
        switch page {
        case .man8: print(CommandManual(command: try .all(), date: date).text, terminator: "")
        case .man5: print(ConfigurationManual(date: date).text, terminator: "")
        }
    }

    private static func text(_ date: Date) -> String {
        let format = Date.FormatStyle(locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt)
        return date.formatted(format.month(.wide).day().year())
    }
}
