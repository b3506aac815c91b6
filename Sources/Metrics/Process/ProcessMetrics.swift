/// The metrics that every process has under the same names, read from `/proc` at each scrape; what cannot be read is
/// absent.
package struct ProcessMetrics: Sendable {
    private let cpu: CollectedFamily
    private let openFiles: CollectedFamily
    private let maximumFiles: CollectedFamily
    private let virtualMemory: CollectedFamily
    private let residentMemory: CollectedFamily
    private let startTime: CollectedFamily
    private let threads: CollectedFamily

    @discardableResult
    package init(_ registry: MetricsRegistry) {
        cpu = registry.collected(
            "process_cpu_seconds_total",
            "User and system time that the process has used.",
            .counter
        )
        openFiles = registry.collected("process_open_fds", "File descriptors that the process has open.")
        maximumFiles = registry.collected("process_max_fds", "File descriptors that the process may have open.")
        virtualMemory = registry.collected("process_virtual_memory_bytes", "Address space of the process.")
        residentMemory = registry.collected("process_resident_memory_bytes", "Memory that the process occupies.")
        startTime = registry.collected("process_start_time_seconds", "Unix time at which the process was started.")
        threads = registry.collected("process_threads", "Threads of the process.")
        let families = self
        registry.collect("process") { families.collect(ProcessFigures()) }
    }

    private func collect(_ figures: ProcessFigures) -> Collected {
        var collected = Collected()
        collected.add(cpu, value: figures.cpuSeconds)
        collected.add(openFiles, value: figures.openFiles)
        collected.add(maximumFiles, value: figures.maximumFiles)
        collected.add(virtualMemory, value: figures.virtualMemory)
        collected.add(residentMemory, value: figures.residentMemory)
        collected.add(startTime, value: figures.startTime)
        collected.add(threads, value: figures.threads)
        return collected
    }
}
