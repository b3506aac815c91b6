import AgentStream
import Foundation
import Model

/// What client commands print.
enum Output {
    static func json(_ value: JSONValue) {
        print(String(decoding: value.encoded, as: UTF8.self))
    }

    /// Rows in columns as wide as their widest entry; control characters are made visible.
    static func table(_ header: [String], _ rows: [[String]]) {
        let lines = [header] + rows.map { $0.map { VisibleText.oneLine($0, limit: 60) } }
        let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        for line in lines {
            let cells = zip(line, widths).map { text, width in
                text + String(repeating: " ", count: max(0, width - text.count))
            }
            print(cells.joined(separator: "  ").trimmingCharacters(in: .whitespaces))
        }
    }

    /// Names and values, one a line.
    static func fields(_ fields: [(String, String?)]) {
        let width = fields.map(\.0.count).max() ?? 0
        for (name, value) in fields {
            guard let value else { continue }
            print(
                name + String(repeating: " ", count: width - name.count + 2) + VisibleText.oneLine(value, limit: 2000)
            )
        }
    }

    /// A duration to a hundredth of a second.
    static func seconds(_ duration: Duration) -> String {
        "\((duration.seconds * 100).rounded() / 100) s"
    }

    /// An amount of US dollars, to a hundredth of a cent.
    static func dollars(_ amount: Double) -> String {
        "$\((amount * 10_000).rounded() / 10_000)"
    }
}
