import Foundation
import Model
import Store

/// A run: where it is and why, what it did, and its transcript.
struct RunPage: Sendable {
    let store: Store
    let operations: any Operations
    let templates: WebTemplates

    /// How much of the patch is shown; the whole can be downloaded.
    private static let patchBytes = 256 << 10

    struct View {
        let head: RunView
        /// Where the head is had alone.
        let refresh: String
        let result: RunResultView?
        let isResultExpired: Bool
        let id: String
        let transcript: Transcript?
    }

    struct Transcript {
        /// The HTML of a window.
        let window: String
        let isEmpty: Bool
        /// Whether it was kept once and is no more.
        let isExpired: Bool
        /// Where what comes is told of; nil when nothing comes, or what is shown is not the end.
        let follow: String?
    }

    func page(_ id: String, _ query: WebQuery) async throws -> WebPage {
        let run = try await store.run(Run.ID(rawValue: id))
        let transcript = query["part"] == nil ? try await transcript(of: run, query) : nil
        let result = run.hasResult ? try await store.result(of: run.id) : nil
        let view = View(
            head: try await head(of: run),
            refresh: "/runs/\(run.id)?part=head",
            result: result.map { RunResultView($0, of: run.id, patch: patch(of: run.id, $0)) },
            isResultExpired: run.isResultExpired,
            id: run.id.rawValue,
            transcript: transcript
        )
        return WebPage(
            title: "\(run.name): \(WebText.words(run.state.name.rawValue))",
            section: .runs,
            template: "run",
            view: view,
            script: "run.js"
        )
    }

    private func head(of run: Run) async throws -> RunView {
        let instance: Instance?
        do {
            instance = try await store.instance(of: run.id)
        } catch let error as StoreError where error.code == .notFound {
            instance = nil
        }
        return RunView(
            RunView.Sources(
                run: run,
                task: try await store.task(of: run),
                schedule: try await schedule(of: run),
                executions: try await store.executions(of: run.id),
                instance: instance,
                usage: run.state.isActive ? await operations.usage(of: run.id) : nil,
                position: try await store.positions(of: [run])[run.id],
                retries: try await store.retries(of: run.id)
            ),
            now: store.clock.now
        )
    }

    private func schedule(of run: Run) async throws -> Schedule? {
        guard let id = run.origin.schedule else { return nil }
        return try await store.schedule(id.rawValue)
    }

    private func transcript(of run: Run, _ query: WebQuery) async throws -> Transcript {
        let place = try TranscriptPages.place(query)
        let window = try await TranscriptWindow.read(place, of: run.id, store, templates)
        let isOpen = !run.state.isFinal && window.later == nil
        return Transcript(
            window: templates.render(window, "transcript"),
            isEmpty: window.last == 0 && !run.isTranscriptExpired,
            isExpired: run.isTranscriptExpired,
            follow: isOpen ? "/runs/\(run.id)/entries?after=\(window.last)" : nil
        )
    }

    /// The beginning of the patch; nil when there is none.
    private func patch(of run: Run.ID, _ result: WorkExport) -> String? {
        guard result.patchBytes != nil,
            let file = FileHandle(forReadingAtPath: operations.workFile(.patch, of: run))
        else { return nil }
        defer { try? file.close() }
        return (try? file.read(upToCount: Self.patchBytes)).map { String(decoding: $0, as: UTF8.self) }
    }
}
