import HTTPTypes
import Hummingbird
import Model
import Store

/// Answers `/runs/{id}/work.bundle` and `/runs/{id}/work.patch`.
struct WorkFiles: Sendable {
    let store: Store
    let operations: any Operations
    private let files = FileIO()

    init(store: Store, operations: any Operations) {
        self.store = store
        self.operations = operations
    }

    func respond(_ file: WorkFile, run id: String, context: ConnectionContext) async throws -> Response {
        let run = Run.ID(rawValue: id)
        let result: WorkExport?
        do {
            result = try await store.result(of: run)
            guard try await !store.run(run).isResultExpired else {
                return .text(.notFound, "What the agent of run \(id) made is not kept any more.\n")
            }
        } catch let error as StoreError where error.code == .notFound {
            return .text(.notFound, "\(error.message)\n")
        }
        guard (file == .bundle ? result?.bundleBytes : result?.patchBytes) != nil else {
            return .text(.notFound, "Run \(id) has no \(file.rawValue).\n")
        }
        let body = try await files.loadFile(
            path: operations.workFile(file, of: run),
            context: context
        )
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/octet-stream",
                .contentDisposition: "attachment; filename=\"\(id).\(file.rawValue)\"",
                .xContentTypeOptions: "nosniff",
            ],
            body: body
        )
    }
}
