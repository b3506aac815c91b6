/// What is started: a program with all that it is given.
struct ProgramPlan: Sendable {
    /// The program and its arguments.
    let command: [String]
    /// The whole environment.
    let environment: [String: String]
    /// Whom it runs as; nil for the executor's own user.
    var user: AgentUser?
    /// Where it runs.
    let directory: String
    /// What it reads on standard input.
    let input: [UInt8]
    let limits: Limits
    /// Whether standard error is taken with standard output instead of being kept as a tail.
    let mergesErrors: Bool
    /// What it is given by descriptors from `Handover.firstDescriptor` on.
    var handovers: [Handover] = []
}
