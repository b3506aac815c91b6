import Foundation
import TestSupport

/// The operator's handbook, of which tests do what it says.
enum OperationsText {
    /// The blocks of commands below a heading, in order.
    static func blocks(below heading: String) throws -> [String] {
        let text = try String(contentsOfFile: "\(TestEngine.repository)/docs/operations.md", encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let section = lines.drop { $0 != "## \(heading)" }.dropFirst().prefix { !$0.hasPrefix("## ") }
        return section.split { !$0.hasPrefix("    ") }.map { block in
            block.map { $0.dropFirst(4) }.joined(separator: "\n")
        }
    }
}
