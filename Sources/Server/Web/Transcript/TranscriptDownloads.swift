import AgentStream
import HTTPTypes
import Hummingbird
import Model
import NIOCore
import Store

/// Answers `/runs/{id}/transcript.jsonl` and `/runs/{id}/transcript.txt`: all messages that a run has by now.
struct TranscriptDownloads: Sendable {
    /// How it is written.
    enum Form: String, CaseIterable {
        /// The lines as they were stored, byte for byte.
        case lines = "jsonl"
        /// What a reader sees of them.
        case text = "txt"

        var name: String { "transcript.\(rawValue)" }
    }

    let store: Store
    let timings: ServerTimings

    /// About how many bytes of messages are held at a time.
    private static let pageBytes = 256 << 10

    func respond(_ form: Form, run id: String, on channel: any Channel) async throws -> Response {
        let run: Run.ID
        do {
            run = try await store.run(Run.ID(rawValue: id)).id
        } catch let error as StoreError where error.code == .notFound {
            return .text(.notFound, "\(error.message)\n")
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: form == .lines ? "application/octet-stream" : "text/plain; charset=utf-8",
                .contentDisposition: "attachment; filename=\"\(run).\(form.rawValue)\"",
                .xContentTypeOptions: "nosniff",
            ],
            body: ResponseBody.streamed(timings, on: channel) { try await write(form, of: run, to: &$0) }
        )
    }

    @concurrent
    private func write(_ form: Form, of run: Run.ID, to writer: inout PatientWriter) async throws {
        var fold = TranscriptFold()
        var text = TranscriptText(TranscriptText.Options(outputLines: nil))
        var last = 0
        while true {
            let messages = try await store.page(of: run, after: last, limit: Self.pageBytes).messages
            guard let end = messages.last else { return }
            last = end.seq
            var buffer = ByteBuffer()
            for message in messages {
                switch form {
                case .lines:
                    buffer.writeBytes(message.body)
                    buffer.writeStaticString("\n")
                case .text: buffer.writeString(text.text(of: fold.entries(of: message)))
                }
            }
            try await writer.write(buffer)
        }
    }
}
