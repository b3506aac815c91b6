// What there is to say of a tool's output in a few words, whoever shows it.

extension FileDiff {
    package var summary: String { "+\(addedCount) -\(removedCount)" }
}

extension ShownImage {
    package var summary: String { "\(name), \(bytes) bytes\(base64 == nil ? ", not shown" : "")" }
}

extension ToolOutput.CommandOutput {
    package var summary: String {
        [
            exitCode.flatMap { $0 == 0 ? nil : "exit \($0)" }, interpretation,
            wasInterrupted ? "interrupted" : nil,
            backgroundTask.map { "goes on in the background as \($0)" },
            persistedBytes.map { "\($0) bytes in all" },
        ].compactMap(\.self).joined(separator: ", ")
    }
}

extension ToolOutput.FileLines {
    package var summary: String {
        let shown = count ?? text.lineCount
        let of = total.map { $0 == shown ? "" : " of \($0)" } ?? ""
        return "\(shown) line\(shown == 1 ? "" : "s")\(of)\(start > 1 ? " from line \(start)" : "")"
    }
}

extension ToolOutput.Matches {
    package var summary: String {
        [count.map { "\($0) found" }, isTruncated ? "and more" : nil].compactMap(\.self).joined(separator: " ")
    }
}

extension ToolOutput.Report {
    package var summary: String {
        [
            status, toolUses.map { "\($0) tool use\($0 == 1 ? "" : "s")" }, tokens.map { "\($0) tokens" },
            milliseconds.map { Amounts.seconds(milliseconds: $0) },
        ].compactMap(\.self).joined(separator: ", ")
    }
}
