import AgentStream
import Logging
import Model
import Server
import Store

/// Tells what became of the files of the folder: in the log, in the list of who changed what, and by a check.
struct TaskFolderReport: Sendable {
    let store: Store
    let logger: Logger
    /// What is wrong with files at present.
    private let problems = Setting<[String]>([])

    init(store: Store, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// How many faults, and how many changes, are told at once.
    private static let most = 5
    private static let mostChanges = 50

    /// Tells what is wrong, each fault once for as long as it is there.
    func tell(_ found: [TaskFileProblem]) {
        let before = problems.current
        problems.set(found.map(\.description))
        let known = Set(before)
        for problem in found where !known.contains(problem.description) {
            logger.error(
                "a file of tasks cannot be used; what it declared before stays",
                metadata: [
                    "message.id": "task_files_refused", "file": "\(problem.file)", "line": "\(problem.line ?? 0)",
                    "column": "\(problem.column ?? 0)", "field": "\(problem.field ?? "")",
                    "error": "\(problem.description)",
                ]
            )
        }
        if found.isEmpty, !before.isEmpty {
            logger.notice("every file of tasks can be used again", metadata: ["message.id": "task_files_valid"])
        }
    }

    /// Tells what was changed.
    ///
    /// - Parameters:
    ///   - applied: What came of it.
    ///   - folder: On whose behalf.
    func tell(_ applied: AppliedFiles, by folder: String) async {
        guard !applied.changes.isEmpty else { return }
        let rest = applied.changes.count - Self.mostChanges
        let words = applied.words.prefix(Self.mostChanges) + (rest > 0 ? ["and \(rest) more"] : [])
        logger.notice(
            "files of tasks were applied",
            metadata: [
                "message.id": "task_files_applied", "folder": "\(folder)", "summary": "\(applied.summary)",
                "changes": "\(words.joined(separator: ", "))",
            ]
        )
        for change in applied.changes { await audit(change, by: folder) }
    }

    private func audit(_ change: JSONValue, by folder: String) async {
        let detail: JSONValue = [
            "action": change["action"] ?? .null, "kind": change["kind"] ?? .null, "file": change["file"] ?? .null,
        ]
        let entry = AuditEntry(
            at: store.clock.now,
            actor: folder,
            role: .admin,
            via: .file,
            procedure: "files.apply",
            outcome: .done,
            target: change["slug"]?.string,
            detail: String(decoding: detail.encoded, as: UTF8.self)
        )
        do {
            try await store.audit(entry)
        } catch {
            logger.error(
                "who changed what could not be kept",
                metadata: ["message.id": "store_failed", "error": "\(error)"]
            )
        }
    }

    /// What a check of the service's health says.
    ///
    /// - Parameter folder: The folder; nil when there is none.
    /// - Returns: What it says while nothing is wrong.
    /// - Throws: `HealthProblem` while something is wrong.
    func check(_ folder: String?) throws -> String {
        let found = problems.current
        guard found.isEmpty else {
            let more = found.count > Self.most ? ["and \(found.count - Self.most) more"] : []
            throw HealthProblem(
                found.count == 1
                    ? "1 fault; what the file declared before stays"
                    : "\(found.count) faults; what the files declared before stays",
                remedy: "Mend " + (found.prefix(Self.most) + more).joined(separator: "; ")
            )
        }
        return folder.map { "\($0) is applied" } ?? "tasks.dir names no folder"
    }
}
