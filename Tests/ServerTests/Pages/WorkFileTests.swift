import AgentStream
import Curl
import Foundation
import Model
import Store
import Testing

/// The files of a run's work.
@Suite(.timeLimit(.minutes(10))) struct WorkFileTests {
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
