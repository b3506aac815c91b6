import Curl
import ExecutorAPI
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10)))
struct AccessTests {
    @Test func healthTellsTheVersion() async throws {
        try await ExecutorUnderTest.with { executor in
            let response = try await executor.send("GET", "/health")
            #expect(response.status == 200)
            let health = try JSONDecoder().decode(HealthResponse.self, from: Data(response.body))
            #expect(health.status == "ok")
            #expect(!health.version.isEmpty)
        }
    }

    @Test(arguments: ["", "Bearer", "Bearer ", "Bearer the-toke", "Bearer the-tokenx", "the-token", "Bearer the-tokeN"])
    func aWrongTokenIsRefused(authorization: String) async throws {
        try await ExecutorUnderTest.with { executor in
            let headers: HTTPHeaders = authorization.isEmpty ? [:] : ["Authorization": authorization]
            let response = try await executor.send("GET", "/health", headers: headers)
            #expect(response.status == 401)
            let error = try JSONDecoder().decode(ErrorResponse.self, from: Data(response.body))
            #expect(error.code == "unauthorized")
        }
    }

    @Test(arguments: [
        ("/execute", "{", "no JSON"), ("/execute", #"{"prompt":1}"#, "prompt"), ("/execute", "{}", "prompt"),
        ("/execute", #"{"prompt":"x","id":"../x"}"#, "id"),
        (
            "/execute",
            #"{"prompt":"x","agent":{"driver":"command","command":[""],"environment":{},"resume":false}}"#,
            "agent.command"
        ),
        ("/execute", #"{"prompt":"x","limits":{"idle":-1}}"#, "limits.idle"),
        ("/precheck", #"{"id":"a","command":[]}"#, "command"), ("/init-git", #"{"email":"a@b"}"#, "githubUsername"),
        ("/init-git", #"{"githubUsername":"a\nb","email":"a@b"}"#, "githubUsername"),
        ("/git-clone", #"{"repositoryUrl":"../x"}"#, "repositoryUrl"),
        ("/git-clone", #"{"repositoryUrl":"--upload-pack=x"}"#, "repositoryUrl"),
        ("/git-clone", #"{"commit":"HEAD"}"#, "commit"), ("/git-export", #"{"maximumBytes":0}"#, "maximumBytes"),
    ])
    func badInputIsRefusedByName(path: String, body: String, field: String) async throws {
        try await ExecutorUnderTest.with { executor in
            let response = try await executor.send("POST", path, [UInt8](body.utf8))
            #expect(response.status == 400)
            let error = try JSONDecoder().decode(ErrorResponse.self, from: Data(response.body))
            #expect(error.code == "bad_request")
            #expect(error.message.contains(field))
        }
    }

    @Test func onlyJSONIsTaken() async throws {
        try await ExecutorUnderTest.with { executor in
            let headers: HTTPHeaders = [
                "Authorization": "Bearer \(ExecutorUnderTest.token)", "Content-Type": "text/plain",
            ]
            let response = try await executor.send("POST", "/precheck", [0x7B, 0x7D], headers: headers)
            #expect(response.status == 415)
        }
    }

    @Test func aBodyOverTheLimitIsRefused() async throws {
        try await ExecutorUnderTest.with { executor in
            let body = [UInt8](repeating: 0x20, count: (32 << 20) + 1)
            let response = try await executor.send("POST", "/execute", body)
            #expect(response.status == 413)
        }
    }

    @Test func unknownExecutionsAreNotFound() async throws {
        try await ExecutorUnderTest.with { executor in
            let followed = try await executor.send("GET", "/execute/nope?after=0")
            #expect(followed.status == 404)
            let cancelled = try await executor.send("POST", "/execute/nope/cancel")
            #expect(cancelled.status == 404)
            let nothing = try await executor.send("GET", "/nothing")
            #expect(nothing.status == 404)
        }
    }

    @Test func theSocketIsForOwnerAndGroupOnly() async throws {
        try await ExecutorUnderTest.with { executor in
            let path = "\(executor.folder)/executor.sock"
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o660)
        }
    }
}
