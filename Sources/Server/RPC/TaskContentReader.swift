import AgentStream
import Model
import Store

/// Makes a task's content of what was given.
struct TaskContentReader {
    let operations: any Operations

    /// What is given of a task.
    static let fields: [Schema.Field] = [
        .required("name", .string(lengths: 1...200)),
        .required("steps", .array(of: WireTask.stepSchema, maximum: 1000)),
        .optional("settings", WireTask.settingsSchema),
    ]

    /// The content, for which the service has been asked whether it allows it.
    func content(_ input: JSONValue) throws(InputProblem) -> TaskContent {
        TaskContent(
            name: input.text("name"),
            steps: WireTask.steps(from: input["steps"]),
            settings: try settings(input) ?? TaskSettings()
        )
    }

    /// The settings, as far as the input has any.
    ///
    /// - Parameters:
    ///   - input: The input.
    ///   - usual: The settings that hold where the input has none.
    /// - Returns: What the input has.
    /// - Throws: `InputProblem` for what the service does not allow.
    func settings(_ input: JSONValue, over usual: TaskSettings? = nil) throws(InputProblem) -> TaskSettings? {
        let settings = WireTask.settings(from: input["settings"])
        if let branch = settings?.push?.branch { try operations.check(branch: branch) }
        for name in (settings?.environment ?? [:]).keys.sorted() where !Self.isVariable(name) {
            throw InputProblem(
                field: "settings.environment",
                message: "\(name) is no name for an environment variable: letters, digits and _, not a digit first."
            )
        }
        if let settings { try operations.check(settings: usual.map(settings.over) ?? settings) }
        return settings
    }

    private static func isVariable(_ name: String) -> Bool {
        guard let first = name.first, !first.isNumber else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
