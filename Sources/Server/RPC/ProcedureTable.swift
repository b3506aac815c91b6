package import Model
package import Store

/// All procedures by their full dotted names.
package struct ProcedureTable: Sendable {
    package let procedures: [String: Procedure]

    package init(_ procedures: [Procedure]) {
        self.procedures = Dictionary(procedures.map { ($0.name, $0) }) { $1 }
    }

    /// The procedures by their names.
    package var sorted: [Procedure] { procedures.values.sorted { $0.name < $1.name } }

    /// The service's procedures.
    package static func caretaker(
        store: Store,
        operations: any Operations,
        zones: ScheduleZones = ScheduleZones(),
        extra: [Procedure] = []
    ) -> ProcedureTable {
        let changes = store.taskChanges()
        let tasks = TaskProcedures(store: store, operations: operations).all
            .map { $0.name == "tasks.list" ? $0.kept(until: changes) : $0 }
        return ProcedureTable(
            tasks + RunProcedures(store: store, operations: operations).all
                + InstanceProcedures(store: store, operations: operations).all
                + ScheduleProcedures(store: store, operations: operations, zones: zones).all
                + FileProcedures(
                    declarations: Declarations(store: store, operations: operations, zones: zones)
                ).all
                + ImportProcedures(store: store).all
                + ServiceProcedures(operations: operations).all
                + NoticeProcedures(operations: operations).all
                + TokenProcedures(store: store).all
                + AuditProcedures(store: store, zones: zones).all
                + FigureProcedures(store: store).all
                + TaskHistoryProcedures(store: store).all
                + OverviewProcedures(store: store, zones: zones).all
                + extra
        )
    }
}
