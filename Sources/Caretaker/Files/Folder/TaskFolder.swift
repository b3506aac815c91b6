import AgentStream
import Model
import Server
import ServiceLifecycle

/// Keeps tasks and schedules what the files of a folder say: from the start on, when files change and at a reload.
struct TaskFolder: ServiceLifecycle.Service, CustomStringConvertible {
    /// What the configuration says of it.
    struct Settings: Hashable, Sendable {
        /// Nil for no folder.
        var path: String?
        /// Whether what the files no longer declare is deleted.
        var prunes = false
    }

    let settings: Setting<Settings>
    let declarations: Declarations
    let events: FolderEvents
    let report: TaskFolderReport

    var description: String { "TaskFolder" }

    /// How long it waits before it tries again what the database refused.
    private static let pause = Duration.seconds(30)

    func run() async throws {
        defer { events.stop() }
        await cancelWhenGracefulShutdown {
            // Files may be about to be written, as they are during a checkout; the next look comes when it is quiet.
            await lookUntilDone(.unsettled)
            events.ring()
            for await change in events.changes { await lookUntilDone(change) }
        }
    }

    private func lookUntilDone(_ change: FolderEvents.Change) async {
        guard await !look(change) else { return }
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.pause)
            if await look(.unsettled) { return events.ring() }
        }
    }

    /// Looks at all files and applies those that can be used; answers false when it is to be tried again.
    private func look(_ change: FolderEvents.Change) async -> Bool {
        let settings = settings.current
        // Before the files are read: what changes meanwhile is then seen by another look.
        let blindness = events.watch(settings.path)
        guard let path = settings.path else {
            report.tell([])
            return true
        }
        var problems =
            blindness.map { [TaskFileProblem(file: path, "Changes are not noticed, only reloads: \($0)")] } ?? []
        do {
            let files = try TaskFiles(path)
            // Files may be missing that are about to be written.
            let (answer, found) = try await apply(files, prunes: settings.prunes && change == .settled)
            problems += found
            if settings.prunes, answer.keeps {
                problems += files.empty.map {
                    TaskFileProblem(file: $0, "It declares nothing; what was declared stays.")
                }
            }
            if settings.prunes, files.isEmpty, answer.keeps {
                problems.append(TaskFileProblem(file: path, "There is no file; what was declared before stays."))
            }
            report.tell(problems)
            await report.tell(answer, by: path)
        } catch let problem as TaskFileProblem {
            report.tell(problems + [problem])
        } catch {
            guard !Task.isCancelled else { return true }
            report.tell(problems + [TaskFileProblem(file: path, "The files cannot be applied: \(error)")])
            return false
        }
        return true
    }

    /// Applies what is right; a file with a fault changes nothing, and what it declared stays.
    private func apply(
        _ files: TaskFiles,
        prunes: Bool
    ) async throws -> (answer: AppliedFiles, problems: [TaskFileProblem]) {
        var problems = files.problems
        var documents = files.documents
        var unreadable = Set(problems.map(\.file))
        while true {
            documents.removeAll { unreadable.contains($0.file.path) }
            // A folder without any file is rather one that is not mounted than one of which nothing is left; and what a
            // file with a fault was meant to declare may have been declared by another one before.
            let isSure = !files.isEmpty && files.empty.isEmpty && problems.isEmpty
            let scope = DeclarationScope(owner: files.root, prunes: prunes && isSure, unreadable: unreadable)
            let answer = try await declarations.apply(
                documents.map { ($0.file.path, $0.content) },
                scope,
                isDryRun: false
            )
            let found = (answer["problems"]?.array ?? []).map { files.problem($0, among: documents) }
            guard !found.isEmpty else { return (AppliedFiles(answer), problems.sorted()) }
            problems += found
            unreadable.formUnion(found.map(\.file))
        }
    }
}
