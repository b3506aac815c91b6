/// Every metric of the service.
///
/// What is counted as it happens is a cell here; what can be seen by looking is a `CollectedFamily`, whose samples a
/// collector makes at each scrape. Labels are closed words, or slugs of tasks and schedules; a run is shown as an
/// exemplar only. What procedures answer is in `RPCMetrics`, which are declared where the procedures are known.
package struct CaretakerMetrics: Sendable {
    package let registry: MetricsRegistry
    package let runs: RunMetrics
    package let schedules: ScheduleMetrics
    package let tasks: TaskMetrics
    package let agents: AgentMetrics
    package let instances: InstanceMetrics
    package let engine: EngineMetrics
    package let repositories: RepositoryMetrics
    package let http: HTTPMetrics
    package let streams: StreamMetrics
    package let store: StoreMetrics
    package let service: ServiceMetrics
    package let notify: NotifyMetrics
    package let logs: LogMetrics

    package init(registry: MetricsRegistry, words: CaretakerWords, build: BuildFacts) {
        self.registry = registry
        registry.info(
            "caretaker_build_info",
            "A constant 1 labelled by version, revision and Swift version of this build.",
            [
                (name: "version", value: build.version), (name: "revision", value: build.revision),
                (name: "swift_version", value: build.swiftVersion),
            ]
        )
        ProcessMetrics(registry)
        runs = RunMetrics(registry, words)
        schedules = ScheduleMetrics(registry, words)
        tasks = TaskMetrics(registry, words)
        agents = AgentMetrics(registry, words)
        instances = InstanceMetrics(registry, words)
        engine = EngineMetrics(registry, words)
        repositories = RepositoryMetrics(registry)
        http = HTTPMetrics(registry, words)
        streams = StreamMetrics(registry)
        store = StoreMetrics(registry)
        service = ServiceMetrics(registry, words)
        notify = NotifyMetrics(registry)
        logs = LogMetrics(registry)
    }
}
