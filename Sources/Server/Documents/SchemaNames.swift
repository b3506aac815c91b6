/// The schemas that have a name in the documents of the API, which then say once what a task is.
struct SchemaNames: Sendable {
    let all: [(name: String, schema: Schema)]
    private let names: [Schema: String]

    init(_ all: [(name: String, schema: Schema)]) {
        self.all = all
        names = Dictionary(all.map { ($0.schema, $0.name) }) { first, _ in first }
    }

    subscript(schema: Schema) -> String? { names[schema] }

    /// The names of what the service's procedures take and answer; the simple ones first.
    static let caretaker = SchemaNames([
        ("Timestamp", .time),
        ("Role", TokenProcedures.role),
        ("RunState", WireRun.state),
        ("Step", WireTask.stepSchema),
        ("AgentSettings", WireAgent.schema),
        ("ContainerSettings", WireContainer.schema),
        ("Limits", WireTask.limitsSchema),
        ("RetryPolicy", WireRetry.schema),
        ("TaskSettings", WireTask.settingsSchema),
        ("Task", WireTask.schema),
        ("Usage", WireRun.usageSchema),
        ("Execution", WireRun.executionSchema),
        ("RunSettings", WireRun.settingsSchema),
        ("RunSummary", WireRun.summarySchema),
        ("Run", WireRun.fullSchema),
        ("RunResult", RunResult.schema),
        ("StoredMessage", RunProcedures.storedMessage),
        ("Instance", InstanceProcedures.schema),
        ("Finding", WireFinding.schema),
        ("SchedulePolicy", WireSchedulePolicy.schema),
        ("SchedulePolicyInput", WireSchedulePolicy.inputSchema),
        ("Pause", WireSchedule.pauseSchema),
        ("Schedule", WireSchedule.schema),
        ("PauseOfAll", WireSchedule.allSchema),
        ("SlotRecord", WireScheduleSlots.schema),
        ("SchedulePreview", WireSchedulePreview.schema),
        ("Token", TokenProcedures.schema),
        ("AuditEntry", AuditProcedures.schema),
        ("DayFigures", FigureProcedures.schema),
    ])
}
