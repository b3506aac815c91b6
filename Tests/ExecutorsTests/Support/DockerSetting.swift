import ExecutorAPI
import Executors
import Foundation
import Hummingbird
import Logging
import Model
import OpsMetrics
import TestSupport

/// A docker runtime on a stand-in engine, with an executor that answers in one run's folder.
struct DockerSetting: Sendable {
    static let installation = "8a6e0c5e-0000-4000-8000-000000000001"

    let engine: StandInEngine
    let runtime: DockerRuntime
    let run: Run.ID
    let stateFolder: String
    let log: LogCapture

    var name: String { "caretaker-\(run)" }
    var state: StandInState { engine.state }

    /// Runs `body` with a runtime and a run whose folder has an executor if it `answers`.
    static func with<Result: Sendable>(
        answers: Bool = true,
        limits: CallLimits = CallLimits(start: .seconds(10)),
        engineLimits: EngineLimits = EngineLimits(),
        container: ContainerSettings? = nil,
        image: String = "image",
        metrics: EngineMetrics? = nil,
        _ body: @Sendable (DockerSetting) async throws -> Result
    ) async throws -> Result {
        try await Scratch.with { folder in
            try await StandInEngine.with(in: folder) { engine in
                let run = Run.ID(at: Timestamp(milliseconds: 1_700_000_000_000))
                let log = LogCapture()
                let runtime = try DockerRuntime(
                    settings: DockerSettings(
                        host: engine.address,
                        installation: installation,
                        group: 977,
                        image: image
                    ),
                    stateFolder: folder,
                    limits: Setting(limits),
                    engineLimits: engineLimits,
                    metrics: metrics,
                    logger: log.logger
                ) { run in
                    InstanceRequest(
                        run: run,
                        instance: Instance.ID(rawValue: "instance"),
                        deadline: Timestamp(milliseconds: 1_700_000_000_000),
                        container: container
                    )
                }
                let setting = DockerSetting(
                    engine: engine,
                    runtime: runtime,
                    run: run,
                    stateFolder: folder,
                    log: log
                )
                try await runtime.prepare(run)
                guard answers else { return try await body(setting) }
                let socket = "\(runtime.folder(of: run))/\(RunFolder.socket)"
                return try await UnixServer.with(socket: socket, healthy) { try await body(setting) }
            }
        }
    }

    /// Puts a container of the run's name there, as it was left by someone.
    func leave(_ status: String, installation: String = installation) {
        let labels = ["caretaker.installation": installation, "caretaker.run": run.rawValue]
        state.with { state in
            state.containers[name] = .init(id: "left", name: name, labels: labels, status: status)
            state.volumes[name] = labels
        }
    }

    @Sendable
    private static func healthy(_ request: Request) async throws -> Response {
        StandInEngine.json(#"{"status":"ok","version":"1","agent":null}"#)
    }
}

/// The code of the runtime's error that `body` throws; nil when it throws none.
func runtimeErrorCode(_ body: () async throws -> Void) async throws -> RuntimeError.Code? {
    do {
        try await body()
        return nil
    } catch let error as RuntimeError {
        return error.code
    }
}
