import AgentStream
import ArgumentParser

/// In which form a command answers.
struct OutputOptions: ParsableArguments {
    /// The forms there are.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table
        case json
        case yaml

        /// `text` is another name of `table`.
        init?(argument: String) {
            self.init(rawValue: argument == "text" ? Format.table.rawValue : argument)
        }
    }

    @Option(help: "The answer's form; a table fits itself to a terminal and is whole elsewhere.")
    var format: Format = .table

    @Flag(
        name: .shortAndLong,
        help: "Prints only the names or ids of what is listed or made, one a line, and no progress."
    )
    var quiet = false

    /// Prints an answer in the form that is wanted.
    ///
    /// - Parameters:
    ///   - value: What is printed as JSON or YAML.
    ///   - key: The key of what names a thing, for `--quiet`; nil for an answer that is printed whole or not at all.
    ///   - table: Prints it for people.
    /// - Throws: What `table` throws.
    func show(_ value: JSONValue, naming key: String?, _ table: () throws -> Void) rethrows {
        switch format {
        case .json: Output.json(value)
        case .yaml: Output.yaml(value)
        case .table where quiet:
            for thing in value.array ?? [value] {
                guard let key, let name = thing[key] else { continue }
                print(VisibleText.oneLine(name.string ?? String(decoding: name.encoded, as: UTF8.self), limit: .max))
            }
        case .table: try table()
        }
    }
}
