import Foundation
import Model
import Server
import Store

/// A service that serves nobody: its procedures are looked at and never called.
struct DescribedService: Operations {
    /// Gives `body` the procedures, on an empty database that is gone afterwards.
    static func procedures<Value>(_ body: (ProcedureTable) throws -> Value) throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("caretaker-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try Store(folder: folder.path, clock: SystemWallClock())
        return try body(ProcedureTable.caretaker(store: store, operations: DescribedService()))
    }

    private static let problem = InputProblem(field: "", message: "Nothing is served here.")

    func check(repository: String, ref: String?) throws(InputProblem) { throw Self.problem }
    func check(branch: String) throws(InputProblem) { throw Self.problem }
    func check(settings: TaskSettings) throws(InputProblem) { throw Self.problem }
    let queueLimit = 0
    func usage(of run: Run.ID) async -> InstanceUsage? { nil }
    func reap(isDryRun: Bool) async throws -> [ReaperFinding] { throw Self.problem }
    func reload() async throws(ReloadRefusal) -> ReloadOutcome { throw ReloadRefusal(Self.problem.message) }
    func tryNotice() async throws -> NoticeTrial? { throw Self.problem }
    func workFile(_ file: WorkFile, of run: Run.ID) -> String { "" }
}
