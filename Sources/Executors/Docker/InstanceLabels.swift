import Model

/// The labels by which the service knows its containers and volumes again.
struct InstanceLabels: Hashable, Sendable {
    static let installation = "caretaker.installation"
    static let run = "caretaker.run"
    static let instance = "caretaker.instance"
    static let deadline = "caretaker.deadline"

    let values: [String: String]

    init(_ request: InstanceRequest, installation: String) {
        values = [
            Self.installation: installation,
            Self.run: request.run.rawValue,
            Self.instance: request.instance.rawValue,
            Self.deadline: request.deadline.iso8601,
        ]
    }

    /// Whether these labels are of a run of this installation.
    static func areOurs(_ labels: [String: String]?, run: Run.ID, installation: String) -> Bool {
        labels?[Self.installation] == installation && labels?[Self.run] == run.rawValue
    }
}
