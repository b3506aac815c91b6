import AgentStream
import Curl
import Foundation
import Model
import Store
import Testing

/// The plain page, and the files of a run's work.
@Suite(.timeLimit(.minutes(10))) struct PageTests {
    @Test func theFrontPageSaysThatThereIsNothingYet() async throws {
        try await TestService.run { service in
            let response = try await service.get("/")
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "text/plain; charset=utf-8")
            #expect(response.text.contains("There are no runs yet.\n"))
            #expect(response.text.contains("curl \(service.base)/trpc/tasks.list\n"))
        }
    }

    @Test func theFrontPageListsRunsAndTheLinesToGoOn() async throws {
        try await TestService.run { service in
            let store = service.store
            let old = try await store.runningRun()
            try await store.setUsage(AgentUsage(costUSD: 0.123_456), of: store.execution(of: old.id, step: 0))
            try await store.finishRun(old.id, RunEnding(state: .failed(.budget), detail: nil))
            let new = try await store.someRun("Fix it", repository: "owner/name")
            let text = try await service.get("/").text
            #expect(
                text.contains("\(old.id)  \(old.createdAt.iso8601)  failed (budget) $0.1235  Some task  owner/name\n")
            )
            #expect(text.contains("\(new.id)  \(new.createdAt.iso8601)  queued  Fix it  owner/name\n"))
            #expect(text.contains("curl -N \(service.base)/runs/\(new.id)/events\n"))
            // Every line that the page tells to run works as it stands.
            for line in text.split(separator: "\n") where line.contains("curl ") && !line.contains("-N") {
                let words = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
                let url = try #require(words.first { $0.hasPrefix("http://") })
                let input = words.last.flatMap { $0.hasPrefix("'input=") ? $0.dropFirst(7).dropLast() : nil }
                let query = input.map { "?input=\(TestService.percentEncoded(String($0)))" } ?? ""
                let answer = try await service.client.send(HTTPRequest(url: url + query))
                #expect(answer.status == 200, "\(line): \(answer.text)")
            }
        }
    }

    @Test func namesFromElsewhereCannotDriveATerminal() async throws {
        try await TestService.run { service in
            let nasty = "a\u{1B}[2Jb\r\nc\u{7}d\u{9B}e\u{202E}f\u{2028}g\u{2066}h\u{7F}\ti"
            _ = try await service.store.someRun(nasty, repository: "r\u{1B}]0;x\u{7}\n\u{202E}")
            let text = try await service.get("/").text
            let hidden = text.unicodeScalars.filter { scalar in
                switch scalar.properties.generalCategory {
                case .control: scalar != "\n"
                case .format, .lineSeparator, .paragraphSeparator: true
                default: false
                }
            }
            #expect(Array(hidden) == [])
            #expect(text.split(separator: "\n").filter { $0.contains("queued") }.count == 1)
        }
    }

    @Test func theFilesOfARunsWorkComeAsTheyAre() async throws {
        try await TestService.run { service in
            let store = service.store
            let run = try await store.runningRun().id
            for file in WorkFile.allCases {
                #expect(try await service.get("/runs/\(run)/\(file.name)").status == 404)
            }
            let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            for file in WorkFile.allCases {
                let path = service.operations.workFile(file, of: run)
                #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
            }
            try await store.setResult(Self.work(bundle: bytes.count, patch: nil), of: run)
            let bundle = try await service.get("/runs/\(run)/work.bundle")
            #expect(bundle.status == 200)
            #expect(bundle.body == bytes)
            #expect(bundle.headers["content-type"] == "application/octet-stream")
            #expect(bundle.headers["content-disposition"] == "attachment; filename=\"\(run).bundle\"")
            #expect(bundle.headers["x-content-type-options"] == "nosniff")
            #expect(try await service.get("/runs/\(run)/work.patch").status == 404)
            #expect(try await service.get("/runs/nobody/work.patch").status == 404)
        }
    }

    @Test func aResultTellsWhereTheFilesAreAndShowsASmallPatch() async throws {
        try await TestService.run { service in
            let run = try await service.store.runningRun().id
            let patch = "diff --git a/é b/é\n"
            let path = service.operations.workFile(.patch, of: run)
            #expect(FileManager.default.createFile(atPath: path, contents: Data(patch.utf8)))
            let work = Self.work(bundle: nil, patch: patch.utf8.count)
            try await service.store.setResult(work, of: run)
            let answer = try await service.query("runs.result", ["id": .string(run.rawValue)])
            #expect(answer.data?["patch"] == .string(patch))
            #expect(answer.data?["patchUrl"] == .string("/runs/\(run)/work.patch"))
            #expect(answer.data?["bundleUrl"] == .null)
            #expect(try await service.get("/runs/\(run)/work.patch").text == patch)
        }
    }

    @Test func aFileThatIsGoneIsNotFound() async throws {
        try await TestService.run { service in
            let run = try await service.store.runningRun().id
            try await service.store.setResult(Self.work(bundle: 5, patch: 5), of: run)
            let response = try await service.get("/runs/\(run)/work.bundle")
            #expect(response.status == 404)
            #expect(!response.text.contains(service.folder))
            let answer = try await service.query("runs.result", ["id": .string(run.rawValue)])
            #expect(answer.status == 200)
            #expect(answer.data?["patch"] == .null)
        }
    }

    private static func work(bundle: Int?, patch: Int?) -> WorkExport {
        WorkExport(
            base: "a",
            head: "b",
            branch: "main",
            commits: [],
            bundleBytes: bundle,
            patchBytes: patch,
            notices: []
        )
    }
}
