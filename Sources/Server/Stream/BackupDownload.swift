import HTTPTypes
import Hummingbird
import Model
import NIOCore
import NIOPosix
import Store

/// Answers `/backup` with a copy of the database, made for the one who asks.
struct BackupDownload: Sendable {
    private static let pieceBytes = 1 << 20

    let store: Store
    let timings: ServerTimings
    let audit: AuditTrail

    /// Tokens and what everybody's agents said are in the copy, so that it takes the highest role.
    func respond(to context: ConnectionContext) async throws -> Response {
        guard let caller = context.access.caller else { return Response(status: .unauthorized) }
        let call = AuditTrail.Call(procedure: "backup", target: nil, detail: nil)
        guard caller.role >= .admin else {
            await audit.note(call, .refused, by: caller)
            return .text(.forbidden, "A backup needs the role admin; \(caller.name) has the role \(caller.role).\n")
        }
        let response = try await copy(on: context.channel)
        if response.status == .ok { await audit.note(call, .done, by: caller) }
        return response
    }

    private func copy(on channel: any Channel) async throws -> Response {
        let file: BackupFile
        do {
            file = try await store.backup()
        } catch let error as StoreError where error.code == .conflict {
            return .text(.conflict, "\(error.message)\n")
        } catch let error as StoreError where error.code == .noRoom {
            return .text(HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"), "\(error.message)\n")
        }
        let body = ResponseBody.streamed(timings, on: channel, length: Int(file.bytes)) { writer in
            try await Self.send(file, to: &writer)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/vnd.sqlite3",
                .contentDisposition: "attachment; filename=\"caretaker-backup.sqlite\"",
                .xContentTypeOptions: "nosniff", .cacheControl: "no-store",
            ],
            body: body
        )
    }

    @concurrent
    private static func send(_ file: BackupFile, to writer: inout PatientWriter) async throws {
        var offset: Int64 = 0
        while offset < file.bytes {
            let start = offset
            let piece = try await NIOThreadPool.singleton.runIfActive {
                try file.read(at: start, count: pieceBytes)
            }
            // A body that is shorter than was said breaks the connection, and so is no backup.
            guard !piece.isEmpty else { return }
            try await writer.write(ByteBuffer(bytes: piece))
            offset += Int64(piece.count)
        }
    }
}
