import AgentStream
import Foundation
import Model

/// What client commands print.
enum Output {
    static func json(_ value: JSONValue) {
        print(String(decoding: value.encoded, as: UTF8.self))
    }

    static func yaml(_ value: JSONValue) {
        print(YAMLText.of(value), terminator: "")
    }

    /// Rows in columns that fit a terminal; elsewhere nothing is cut.
    static func table(_ columns: [TextTable.Column], _ rows: [[String]]) {
        for line in TextTable(columns, rows).lines(width: Terminal.width) { print(line) }
    }

    /// Names and values, one a line.
    static func fields(_ fields: [(String, String?)]) {
        let width = fields.map(\.0.count).max() ?? 0
        for (name, value) in fields {
            guard let value else { continue }
            print(
                name + String(repeating: " ", count: width - name.count + 2)
                    + VisibleText.oneLine(value, limit: Terminal.isPresent ? 2000 : .max)
            )
        }
    }

    /// A duration to a hundredth of a second.
    static func seconds(_ duration: Duration) -> String {
        "\((duration.seconds * 100).rounded() / 100) s"
    }

    /// A span of time in its two largest units, such as `3 min 20 s`.
    static func span(_ seconds: Double) -> String {
        let whole = Int(max(0, seconds).rounded(.down))
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return "\(whole / 60) min \(whole % 60) s"
        case ..<86_400: return "\(whole / 3600) h \(whole / 60 % 60) min"
        default: return "\(whole / 86_400) d \(whole / 3600 % 24) h"
        }
    }

    /// A number of bytes in millions, to a tenth.
    static func megabytes(_ bytes: Int) -> String {
        "\((Double(bytes) / 100_000).rounded() / 10) MB"
    }
}
