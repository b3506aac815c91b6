package import AgentStream
package import Model
package import Store

/// Makes tasks and schedules what files say they are.
package struct Declarations: Sendable {
    let store: Store
    let operations: any Operations
    let zones: ScheduleZones

    package init(store: Store, operations: any Operations, zones: ScheduleZones) {
        self.store = store
        self.operations = operations
        self.zones = zones
    }

    /// Compares what files say with what there is, and makes it so unless it is only asked or something is wrong.
    ///
    /// - Parameters:
    ///   - documents: Each with its file's path.
    ///   - scope: On whose behalf.
    ///   - isDryRun: Whether nothing is to change.
    /// - Returns: What `files.apply` answers.
    /// - Throws: `RPCError` `.conflict` when tasks and schedules keep changing; what the store throws.
    package func apply(
        _ documents: [(file: String, content: JSONValue)],
        _ scope: DeclarationScope,
        isDryRun: Bool
    ) async throws -> JSONValue {
        let files = documents.map(\.file)
        let declared = DeclaredDocuments(documents)
        var (turns, changes) = (0, 0)
        while changes < ScheduleProcedures.attempts {
            let plan = try await plan(declared, scope)
            guard !isDryRun, plan.problems.isEmpty else { return plan.value(files: files, isApplied: false) }
            if plan.isAwaited, turns < ScheduleProcedures.attempts {
                turns += 1
                try await Task.sleep(for: ScheduleProcedures.turn)
                continue
            }
            do {
                if !plan.steps.isEmpty { try await store.make(plan.steps) }
                return plan.value(files: files, isApplied: true)
            } catch let error as StoreError where error.code == .stale {
                changes += 1
            }
        }
        throw RPCError(.conflict, "Tasks and schedules keep changing; try again.")
    }

    private func plan(_ declared: DeclaredDocuments, _ scope: DeclarationScope) async throws -> DeclarationPlan {
        let state = try await store.declaredState()
        var planner = DeclarationPlanner(
            operations: operations,
            zones: zones,
            scope: scope,
            state: state,
            now: store.clock.now
        )
        return planner.plan(declared)
    }

    /// Tasks with their schedules as documents.
    ///
    /// - Parameter names: The slugs or ids of the tasks; empty for all.
    /// - Returns: Their documents, oldest task first.
    /// - Throws: `StoreError` `.notFound` for a task that is not there.
    package func export(_ names: [String] = []) async throws -> [JSONValue] {
        let state = try await store.declaredState()
        for name in names where !state.tasks.contains(where: { $0.isNamed(name) }) {
            throw StoreError(.notFound, "There is no task \(name).")
        }
        let schedules = Dictionary(grouping: state.schedules, by: \.content.task)
        return state.tasks.filter { task in names.isEmpty || names.contains(where: task.isNamed) }
            .map { DeclaredContent.document($0, schedules[$0.id] ?? []) }
    }
}

extension AgentTask {
    fileprivate func isNamed(_ name: String) -> Bool { slug == name || id.rawValue == name }
}
