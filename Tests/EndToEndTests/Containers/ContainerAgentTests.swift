import AgentStream
import Foundation
import TestSupport
import Testing

extension ContainerTests {
    /// The real `claude` in a container.
    @Suite(.enabled(if: RealAgent.isWanted, "\(RealAgent.remedy)"))
    struct ContainerAgentTests {
        /// A key of the model's API that nobody else may see.
        private static let key = "sk-ant-test-2c9e4b7710"

        @Test func itWorksAsTheAgentsUserWithoutAskingAndItsCommitIsPushed() async throws {
            var script: MessageScript = [:]
            script.add("Look.", [.bash("id -u; id -g; pwd; echo $HOME"), .text("I looked.")])
            script.add(
                "Commit.",
                [
                    .tool("Write", ["file_path": "greeting.txt", "content": "Hello\n"]),
                    .bash("git add -A && git commit -q -m Greeting && echo committed"), .text("Done."),
                ]
            )
            try await Self.with(script) { containers, api in
                let service = containers.service
                let run = try await service.startRun(
                    ["Look.", "Commit."],
                    repository: containers.repository.path,
                    settings: ["push": ["branch": "greeting"]]
                )
                let ended = try await service.end(of: run)
                #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
                #expect(ended.messages.map(\.seq) == Array(1...ended.messages.count))
                let seen = api.requests("Look.").last?.toolResults.first?["content"]?.string ?? ""
                #expect(seen.hasPrefix("10001\n10001\n/work/workspace\n/work/home"), "\(seen)")
                #expect(try await containers.commits(on: "greeting") == 2)
                #expect(try await containers.leftovers() == [])
                #expect(api.requests.allSatisfy { $0.key == Self.key })
            }
        }

        @Test func theKeyIsNowhereInTheContainerWhileTheAgentWorks() async throws {
            var script: MessageScript = [:]
            script.add("Wait.", [.bash("until [ -e /work/home/gate ]; do sleep 0.05; done"), .text("Done.")])
            try await Self.with(script) { containers, api in
                let service = containers.service
                let run = try await service.startRun(["Wait."], repository: containers.repository.path)
                for try await event in try await service.events(of: run)
                where String(decoding: event.data, as: UTF8.self).contains("tool_use") { break }
                try await SecretScan(containers: containers, run: run).expectNone(of: [Self.key])
                try await containers.open("/work/home/gate", of: run)
                let ended = try await service.end(of: run)
                #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
                #expect(api.requests.allSatisfy { $0.key == Self.key })
            }
        }

        private static func with(
            _ script: MessageScript,
            _ body: (ContainerService, MessagesAPI) async throws -> Void
        ) async throws {
            let program = try #require(RealAgent.program, "\(RealAgent.remedy)")
            let engine = try TestEngine.shared()
            let image = try await engine.buildImage(
                "caretaker-executor:test-agent",
                ["--packages", "ca-certificates git python3-minimal tini", "--agent", program]
            )
            // The engine's bridge: what the machine and its containers share.
            let format = "{{(index .IPAM.Config 0).Gateway}}"
            let gateway = try await engine.run("network", "inspect", "bridge", "--format", format)
            let keyFile = "/tmp/ct-key-\(UInt32.random(in: .min ... .max))"
            try Data("\(key)\n".utf8).write(to: URL(fileURLWithPath: keyFile))
            defer { try? FileManager.default.removeItem(atPath: keyFile) }
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600, .ownerAccountID: Int(ContainerService.user)],
                ofItemAtPath: keyFile
            )
            try await MessagesAPI.with(script, host: gateway) { api in
                var setting = ContainerService.Setting()
                setting.image = image
                setting.executors = "memory: 2g"
                setting.agent = """
                    agent:
                      base_url: \(api.url)
                      model: \(TokenUsage.PricedModel.sonnet.rawValue)
                      api_key_file: \(keyFile)
                    """
                try await ContainerService.with(setting) { try await body($0, api) }
            }
        }
    }
}
