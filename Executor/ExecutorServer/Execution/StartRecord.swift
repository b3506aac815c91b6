/// What is noted in an execution's folder before its agent starts.
struct StartRecord: Codable, Sendable {
    /// The file's name in the execution's folder.
    static let file = "start.json"
    /// The variable that marks the agent and all that it starts.
    static let variable = "CARETAKER_EXECUTION"

    /// Milliseconds since 1970.
    var startedAt: Int64
    /// The variable's value, by which an executor that comes later finds what is left of the agent.
    var marker: String
}
