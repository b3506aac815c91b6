import AgentStream
import Glibc

/// What a new run takes over from an earlier one: all that was said of it when it was started.
enum RunModel {
    private static let keys = ["repository", "ref", "priority", "settings"]

    /// The input of a run like an earlier one, where nothing else is said.
    ///
    /// - Throws: `Failure`, also when the earlier run is one of another task.
    static func input(_ input: JSONObject, like run: String, _ client: ServiceClient) async throws -> JSONObject {
        let model = try await client.query("runs.byId", ["id": .string(run), "messages": false])
        let task = try await client.query("tasks.byId", ["id": input["taskId"] ?? .null])
        guard model["taskId"] == task["id"] else {
            throw Failure("Run \(run) is one of another task.", code: EX_USAGE)
        }
        var usual = JSONObject()
        for key in keys {
            guard let value = model[key], !value.isNull else { continue }
            usual[key] = value
        }
        return merged(usual, with: input)
    }

    /// Both, where objects are put together member by member and else the second holds.
    static func merged(_ first: JSONObject, with second: JSONObject) -> JSONObject {
        var merged = first
        for member in second {
            // Variables and the rest of the settings are set one by one, and one by one they are replaced.
            if let old = first[member.key]?.object, let new = member.value.object {
                merged[member.key] = .object(Self.merged(old, with: new))
            } else {
                merged[member.key] = member.value
            }
        }
        return merged
    }
}
