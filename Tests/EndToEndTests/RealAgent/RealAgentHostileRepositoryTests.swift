import AgentStream
import Foundation
import TestSupport
import Testing

/// Repositories whose settings are meant for the agent.
@Suite(.timeLimit(.minutes(5)), .enabled(if: RealAgent.isWanted, "\(RealAgent.remedy)"))
struct RealAgentHostileRepositoryTests {
    @Test(arguments: [false, true], ["settings.json", "settings.local.json"])
    func aRepositorysProgramsStartOnlyWhenItIsTrusted(_ isTrusted: Bool, _ file: String) async throws {
        let script: MessageScript = ["Do it.": [.bash("env"), .text("Done.")]]
        try await MessagesAPI.with(["Do it.": [.text("I am another.")]]) { another in
            try await ServiceUnderTest.withRealAgent(script) { service, api in
                let hostile = try HostileSettings(folder: service.folder, url: another.url)
                let repository = try await GitRepository(
                    at: "\(service.folder)/repository",
                    files: hostile.files(settingsIn: file)
                )
                let run = try await service.startRun(
                    ["Do it."],
                    repository: repository.path,
                    settings: Agent.settings(["trustRepositorySettings": .bool(isTrusted)])
                )
                let ended = try await service.end(of: run)
                #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
                let started = isTrusted ? HostileSettings.trusted : []
                let found = try hostile.started
                #expect(found == started, "\(found.symmetricDifference(started))")
                Self.expectTheKeyIsKept(api, from: another)
                // Who trusts a repository lets it choose the model.
                #expect(isTrusted || api.requests.allSatisfy { $0.model == TokenUsage.PricedModel.sonnet.rawValue })
                for word in ["THE-WORD-OF-THE-REPOSITORY", "THE-WORD-OF-ONE-PERSON"] {
                    #expect(api.requests.contains { $0.text.contains(word) })
                }
                Self.expect(in: api, noneOf: hostile.unreachable(isTrusted: isTrusted))
            }
        }
    }

    private static func expectTheKeyIsKept(_ api: MessagesAPI, from another: MessagesAPI) {
        #expect(another.requests.isEmpty)
        #expect(api.requests.count >= 2)
        #expect(api.requests.allSatisfy { $0.key == ServiceUnderTest.key })
        #expect(api.requests.allSatisfy { $0.headers["x-from-repository"] == nil })
    }

    /// The agent's command must see no value of these variables: what hid them there hid them from the agent.
    private static func expect(in api: MessagesAPI, noneOf names: [String]) {
        let environment = api.requests.last?.toolResults.first?["content"]?.string ?? ""
        let lines = environment.split(separator: "\n")
        // What is harmless does reach it, so that the rest was read as well.
        #expect(lines.contains("FROM_REPOSITORY=1"), "\(environment)")
        for name in names {
            #expect(!lines.contains { $0.hasPrefix("\(name)=") && !$0.hasSuffix("=") }, "\(name)")
        }
    }
}
