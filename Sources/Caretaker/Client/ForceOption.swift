import AgentStream
import ArgumentParser

/// Whether something is changed although a file declares it.
struct ForceOption: ParsableArguments {
    @Flag(help: "Also when a file declares it, which then declares it no more until it is applied again.")
    var force = false

    /// An input with it, where it is given.
    func adding(to input: JSONObject) -> JSONValue {
        var input = input
        if force { input["force"] = true }
        return .object(input)
    }
}
