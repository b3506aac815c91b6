import AgentStream
import Foundation

/// Rows in columns for a terminal of some width, or for none.
struct TextTable {
    /// A column and what becomes of it where there is too little room.
    struct Column: ExpressibleByStringLiteral {
        let title: String
        /// Those with the lowest number are cut first, and go first when cutting is not enough; nil stays whole.
        var rank: Int?

        /// A column that stays whole, such as that of ids, which are copied.
        init(stringLiteral title: String) {
            self.title = title
        }

        private init(title: String, rank: Int) {
            self.title = title
            self.rank = rank
        }

        static func cut(_ title: String, _ rank: Int) -> Column { Column(title: title, rank: rank) }
    }

    private static let gap = 2
    /// What a cut column keeps, so that it still says something.
    private static let least = 8

    let columns: [Column]
    let rows: [[String]]

    /// Takes texts of any origin; what could do a terminal harm is made visible.
    init(_ columns: [Column], _ rows: [[String]]) {
        self.columns = columns
        self.rows = rows.map { $0.map { VisibleText.oneLine($0, limit: .max) } }
    }

    /// The lines, titles first; none is wider than `width` if that can be had without cutting what stays whole.
    func lines(width: Int?) -> [String] {
        var cells = [columns.map(\.title)] + rows
        var widths = Self.widths(cells, columns.count)
        if let width, Self.total(widths) > width {
            cells = cells.map { $0.map(Self.withoutSeconds) }
            widths = Self.widths(cells, columns.count)
            cut(&widths, to: width)
        }
        return cells.map { Self.line($0, widths) }
    }

    private func cut(_ widths: inout [Int], to width: Int) {
        let ranks = Set(columns.compactMap(\.rank)).sorted()
        for rank in ranks {
            let indices = columns.indices.filter { columns[$0].rank == rank }
            while Self.total(widths) > width, let widest = indices.max(by: { widths[$0] < widths[$1] }),
                widths[widest] > Self.least
            {
                widths[widest] -= 1
            }
        }
        for rank in ranks where Self.total(widths) > width {
            for index in columns.indices where columns[index].rank == rank { widths[index] = 0 }
        }
    }

    /// An instant to the minute, which still is one.
    private static func withoutSeconds(_ text: String) -> String {
        text.replacing(/(\d{4}-\d\d-\d\dT\d\d:\d\d):\d\d(\.\d+)?/) { String($0.1) }
    }

    private static func widths(_ cells: [[String]], _ count: Int) -> [Int] {
        (0..<count).map { column in cells.map { TextWidth.columns(of: $0[column]) }.max() ?? 0 }
    }

    /// A column without width is not there.
    private static func total(_ widths: [Int]) -> Int {
        widths.reduce(-gap) { $1 > 0 ? $0 + $1 + gap : $0 }
    }

    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        var room = 0
        for (cell, width) in zip(cells, widths) where width > 0 {
            line += String(repeating: " ", count: room)
            let fits = TextWidth.columns(of: cell) <= width
            let text = fits ? cell : TextWidth.prefix(of: cell, columns: width, mark: true).text
            line += text
            room = width - TextWidth.columns(of: text) + gap
        }
        return line.trimmingCharacters(in: .whitespaces)
    }
}
