import Executors
import Model
import OpsMetrics
import Scheduler
import Server
import Store

/// What the service needs to do its work.
struct ServiceHealth: Sendable {
    /// How late the loop over schedules may be.
    private static let lateness = Duration.seconds(60)

    static let names = ["db", "scheduler", "engine", "disk", "image", "files"]

    let configuration: ServiceConfiguration
    let store: Store
    let runtime: any Runtime
    let pulse: Pulse
    let engine: EngineMetrics
    let disk: DiskNotice
    let files: TaskFolderReport
    let folder: Setting<TaskFolder.Settings>

    var checks: [HealthCheck] {
        [
            HealthCheck("db") {
                try await store.check()
                return "reads and writes"
            },
            HealthCheck("scheduler") { try checkScheduler() },
            HealthCheck("engine") { try await checkEngine() },
            HealthCheck("disk") { try checkDisk() },
            HealthCheck("image") { try await checkImage() },
            // Runs and the rest of the tasks do not need them.
            HealthCheck("files", isVital: false) { try files.check(folder.current.path) },
        ]
    }

    private func checkScheduler() throws -> String {
        let now = store.clock.now
        guard let time = pulse.lastOnTime(now: now) else { throw HealthProblem("has not read the schedules yet") }
        guard now - time <= Self.lateness else { throw HealthProblem("is behind since \(time.iso8601)") }
        return "on time"
    }

    private func checkEngine() async throws -> String {
        guard runtime.kind == .docker else { return "none is needed for local processes" }
        do {
            try await runtime.check()
        } catch {
            engine.up.set(false)
            throw HealthProblem(
                "does not answer: \(error)",
                remedy: "Start the container engine, or name its socket in docker.host."
            )
        }
        engine.up.set(true)
        return "answers"
    }

    private func checkDisk() throws -> String {
        guard let room = disk.look() else {
            throw HealthProblem("\(configuration.stateFolder) cannot be looked at")
        }
        let least = DiskNotice.leastRoom(of: room.size)
        let text = "\(room.available >> 20) MiB free"
        let remedy = "Make room on the file system of \(configuration.stateFolder): \(least >> 20) MiB."
        guard !store.isOutOfRoom else { throw HealthProblem("full: no run is made or started", remedy: remedy) }
        guard room.available >= least else { throw HealthProblem(text, remedy: remedy) }
        return text
    }

    private func checkImage() async throws -> String {
        guard let runtime = runtime as? DockerRuntime, let image = configuration.containers?.image else {
            guard StandardPaths.isProgram(configuration.executor) else {
                throw HealthProblem(
                    "\(configuration.executor) cannot be executed",
                    remedy: "Name caretaker-executor in executors.program."
                )
            }
            return configuration.executor
        }
        guard try await runtime.hasImage() else {
            throw HealthProblem(
                "\(image) is not there",
                remedy: "Make it with: caretaker image build --tag \(image)"
            )
        }
        return image
    }
}
