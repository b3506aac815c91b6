/// How a schedule's precheck ended.
package struct PrecheckOutcome: Hashable, Sendable {
    /// The code that says that there is nothing to do; EX_CONFIG of sysexits.h, which no program uses for that.
    package static let nothingToDo = 78

    /// 128 plus the signal's number when a signal ended it.
    package var exitCode: Int
    /// The end of what it printed.
    package var tail: String

    package init(exitCode: Int, tail: String) {
        self.exitCode = exitCode
        self.tail = tail
    }

    /// Its last lines on one; nil when it printed none.
    package var lastLines: String? {
        let lines = tail.split(whereSeparator: \.isNewline).suffix(3)
        return lines.isEmpty ? nil : String(lines.joined(separator: " / ").prefix(500))
    }
}
