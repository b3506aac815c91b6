import AgentStream

/// Whether a line of the agent is a `result`.
enum ResultLine {
    /// What every result line holds; looked for first, because it is far cheaper than reading JSON.
    static let marker: StaticString = "\"result\""

    static func matches(_ line: UnsafeRawBufferPointer) -> Bool {
        guard LinuxCalls.contains(marker, in: line) else { return false }
        return AgentLine.isResult([UInt8](line))
    }
}
