import HTTPTypes
import Hummingbird
import Model
import NIOCore
import Store

/// Answers `/runs/{id}/transcript`: a window of a transcript as HTML, for pages that load more of it.
struct TranscriptPages: Sendable {
    let store: Store
    let templates: WebTemplates

    func respond(to request: Request, run id: String) async throws -> Response {
        do {
            let query = WebQuery(request.uri.queryParameters)
            let limit = try query.number("limit") ?? TranscriptWindow.limit
            let run = try await store.run(Run.ID(rawValue: id)).id
            let window = try await TranscriptWindow.read(
                try Self.place(query),
                limit: min(max(limit, 1), TranscriptWindow.limit),
                of: run,
                store,
                templates
            )
            return Response(
                status: .ok,
                headers: WebLayout.headers,
                body: ResponseBody(byteBuffer: ByteBuffer(string: templates.render(window, "transcript")))
            )
        } catch let error as StoreError where error.code == .notFound {
            return .text(.notFound, "\(error.message)\n")
        } catch let problem as InputProblem {
            return .text(.badRequest, "\(problem.field): \(problem.message)\n")
        }
    }

    static func place(_ query: WebQuery) throws(InputProblem) -> TranscriptWindow.Place {
        if let before = try query.number("before") { return .before(before) }
        if let after = try query.number("after") { return .after(after) }
        return .end
    }
}

extension WebQuery {
    /// The number of a message; nil when the name is missing.
    ///
    /// - Throws: `InputProblem` when it is no number.
    func number(_ name: String) throws(InputProblem) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(messageNumber: text) else {
            throw InputProblem(field: name, message: "It must be the number of a message, from 0.")
        }
        return number
    }
}
