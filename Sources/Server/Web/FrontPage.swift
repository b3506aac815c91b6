import AgentStream
import HTTPTypes
import Hummingbird
import Model
import NIOCore
import Store

/// Answers `/` with plain text: the last runs, and how to look further.
struct FrontPage: Sendable {
    let store: Store

    func respond(to request: Request) async throws -> Response {
        let runs = try await store.runs(Store.RunFilter(limit: 20))
        let base = "http://\(request.head.authority ?? "localhost")"
        var text = "Caretaker runs coding agents on repository chores.\n\n"
        if runs.isEmpty { text += "There are no runs yet.\n" }
        for run in runs { text += Self.line(run) }
        text += """

            Tasks            curl \(base)/trpc/tasks.list
            Runs             curl \(base)/trpc/runs.list

            """
        if let run = runs.first {
            text += """
                One run          curl -G \(base)/trpc/runs.byId --data-urlencode 'input={"id":"\(run.id)"}'
                Its messages     curl -N \(base)/runs/\(run.id)/events
                What it did      curl -G \(base)/trpc/runs.result --data-urlencode 'input={"id":"\(run.id)"}'

                """
        }
        return .text(.ok, text)
    }

    private static func line(_ run: Run) -> String {
        let state = run.state.name.rawValue + (run.state.reason.map { " (\($0))" } ?? "")
        let cost = run.usage?.costUSD.map { " $\(rounded($0))" } ?? ""
        return
            "\(run.id)  \(run.createdAt.iso8601)  \(state)\(cost)  \(VisibleText.oneLine(run.name))  \(VisibleText.oneLine(run.repository))\n"
    }

    private static func rounded(_ cost: Double) -> Double {
        (cost * 10_000).rounded() / 10_000
    }
}
