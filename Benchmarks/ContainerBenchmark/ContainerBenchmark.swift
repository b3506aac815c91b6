import Executors
import Foundation
import Logging
import Model
import TestSupport

/// Measures what Caretaker adds to the engine's own time for a container, with the bare engine in the same run.
@main
struct ContainerBenchmark {
    private static let rounds = 15
    private static var now: Timestamp { SystemWallClock().now }

    static func main() async throws {
        let engine = try TestEngine.shared()
        let image = try await engine.testImage()
        let state =
            FileManager.default.temporaryDirectory.path + "/caretaker-benchmark-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: state + "/runs", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: state) }
        let runtime = try DockerRuntime(
            settings: DockerSettings(
                host: EngineAddress("unix://\(engine.socket)"),
                installation: "benchmark",
                group: 0,
                image: image
            ),
            stateFolder: state,
            limits: Setting(CallLimits()),
            logger: Logger(label: "benchmark"),
            requests: { InstanceRequest(run: $0, instance: ID(at: now), deadline: now, container: nil) }
        )
        try await measure(runtime, BareEngine(socket: engine.socket, image: image))
    }

    /// Takes turns, so that both meet the machine in the same mood.
    private static func measure(_ runtime: DockerRuntime, _ bare: BareEngine) async throws {
        let clock = ContinuousClock()
        var times = (start: [Duration](), bareStart: [Duration](), stop: [Duration](), bareStop: [Duration]())
        for round in 0...rounds {
            let floor = Run.ID(at: now)
            try await runtime.prepare(floor)
            let bareStart = try await clock.measure { try await bare.start(floor, runtime.folder(of: floor)) }
            let bareStop = try await clock.measure { try await bare.remove(floor) }
            try await runtime.clean(floor)

            let run = Run.ID(at: now)
            try await runtime.prepare(run)
            let start = try await clock.measure { try await runtime.start(run) }
            if round == 1, let memory = try await runtime.usage(run)?.memoryBytes {
                print("idle executor      \(memory >> 10) KiB by the engine's count")
            }
            let stop = try await clock.measure { try await runtime.stop(run) }
            try await runtime.clean(run)
            // The first round warms up.
            guard round > 0 else { continue }
            times.start.append(start)
            times.bareStart.append(bareStart)
            times.stop.append(stop)
            times.bareStop.append(bareStop)
        }
        report("create to answer", times.start, "bare engine", times.bareStart)
        report("stop and remove", times.stop, "bare engine's forced removal", times.bareStop)
    }

    private static func report(_ name: String, _ ours: [Duration], _ floor: String, _ theirs: [Duration]) {
        let ratio = median(ours) / median(theirs)
        let rounded = (ratio * 100).rounded() / 100
        print("\(name)   \(median(ours))   \(floor) \(median(theirs))   ratio \(rounded)")
    }

    private static func median(_ durations: [Duration]) -> Duration {
        durations.sorted()[durations.count / 2]
    }
}
