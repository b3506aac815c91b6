import Curl
import Foundation
import Model

/// The floor: the engine's three calls and the first answer, by someone who knows nothing of adoption, retries or labels.
struct BareEngine {
    let socket: String
    let image: String
    private let curl: CurlClient

    init(socket: String, image: String) throws {
        self.socket = socket
        self.image = image
        curl = try CurlClient(environmentProxies: false)
    }

    /// A call that the engine or the executor refused.
    struct Refused: Error {
        let status: Int
        let text: String
    }

    /// Creates and starts a container on a volume of its own and asks its executor until it answers.
    func start(_ run: Run.ID, _ folder: String) async throws {
        let name = "bare-\(run)"
        let body = try JSONSerialization.data(withJSONObject: createBody(name, folder))
        try await call("POST", "/volumes/create", JSONSerialization.data(withJSONObject: ["Name": name]))
        try await call("POST", "/containers/create?name=\(name)", body)
        try await call("POST", "/containers/\(name)/start", nil)
        let token = try String(contentsOfFile: "\(folder)/token", encoding: .utf8)
        let health = HTTPRequest(
            url: "http://executor/health",
            unixSocket: "\(folder)/executor.sock",
            headers: ["Authorization": "Bearer \(token)"]
        )
        while (try? await curl.send(health))?.status != 200 { try await Task.sleep(for: .milliseconds(1)) }
    }

    func remove(_ run: Run.ID) async throws {
        try await call("DELETE", "/containers/bare-\(run)?force=1&v=1", nil)
        try await call("DELETE", "/volumes/bare-\(run)", nil)
    }

    private func createBody(_ name: String, _ folder: String) -> [String: Any] {
        [
            "Image": image,
            "User": "0:0",
            "Cmd": [
                "caretaker-executor", "serve", "--folder", "/run/caretaker/run", "--workspace", "/work/workspace",
                "--home", "/work/home", "--agent-user", "10001",
            ],
            "HostConfig": [
                "CapDrop": ["ALL"],
                "CapAdd": ["CHOWN", "KILL", "SETGID", "SETUID"],
                "Binds": ["\(folder):/run/caretaker/run", "\(name):/work"],
                "LogConfig": ["Type": "none"],
            ] as [String: Any],
        ]
    }

    private func call(_ method: String, _ path: String, _ body: Data?) async throws {
        let request = HTTPRequest(
            method: method,
            url: "http://engine\(path)",
            unixSocket: socket,
            headers: ["Content-Type": "application/json"],
            body: body.map { [UInt8]($0) }
        )
        let response = try await curl.send(request)
        guard response.status < 300 else {
            throw Refused(status: response.status, text: String(decoding: response.body, as: UTF8.self))
        }
    }
}
