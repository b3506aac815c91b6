import AgentStream
import Foundation
import TestSupport
import Testing

extension ContainerTests {
    /// The service's secrets stay with the service.
    struct ContainerSecretTests {
        @Test func theKeysForGitAreNowhereInTheContainer() async throws {
            let folder = "/tmp/ct-secrets-\(UInt32.random(in: .min ... .max))"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let secrets = [
                "ssh-key": "b3BlbnNzaC1rZXktdjEA\(UInt64.random(in: .min ... .max))",
                "token": "ghp_\(UInt64.random(in: .min ... .max))",
                "api-key": "sk-ant-\(UInt64.random(in: .min ... .max))",
            ]
            for (name, secret) in secrets {
                try Data("\(secret)\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o600, .ownerAccountID: Int(ContainerService.user)],
                    ofItemAtPath: "\(folder)/\(name)"
                )
            }
            var setting = ContainerService.Setting()
            setting.agent += "\n  api_key_file: \(folder)/api-key"
            setting.lines = "git: { ssh_key_file: \(folder)/ssh-key, https_token_file: \(folder)/token }"
            try await ContainerService.with(setting) { containers in
                let run = try await containers.service.startRun(
                    ["gate /work/home/gate 1"],
                    repository: containers.repository.path
                )
                try await containers.wait(for: 1, of: run)
                try await SecretScan(containers: containers, run: run).expectNone(of: Array(secrets.values))
                try await containers.open("/work/home/gate", of: run)
                #expect(try await containers.service.end(of: run).state == "succeeded")
            }
        }
    }
}
