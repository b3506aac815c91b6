import Foundation
import TestSupport

/// A machine with the engine of the tests, and with a folder for the state that has one path for both.
struct EngineMachine: Sendable {
    let machine: PackageMachine
    /// The state directory.
    let state: String

    /// A repository that the configuration allows.
    static let repository = "/srv/repository"
    /// Where the engine's socket is handed in; a link at the usual place leads to it.
    private static let socket = "/run/engine.sock"

    /// Starts a machine for a body; nothing is installed yet.
    static func with(_ body: (EngineMachine) async throws -> Void) async throws {
        let engine = try TestEngine.shared()
        _ = try await engine.testImage()
        let state = "/var/lib/ct-machine-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: state) }
        let options = ["--volume", "\(engine.socket):\(socket)", "--volume", "\(state):\(state)"]
        try await PackageMachine.with(options) { machine in
            try await machine.root(
                """
                groupadd --gid \(engine.group) docker
                git init -q -b main \(repository)
                git -C \(repository) -c user.name=T -c user.email=t@localhost commit -q --allow-empty -m First
                """
            )
            let machine = EngineMachine(machine: machine, state: state)
            try await machine.bringEngine()
            try await body(machine)
        }
    }

    /// The engine is there from now on.
    func bringEngine() async throws {
        try await machine.root("ln -sfn \(Self.socket) /run/docker.sock")
    }

    func takeEngineAway() async throws {
        try await machine.root("rm -f /run/docker.sock")
    }

    /// Gives the installed service the folder for its state, once.
    func prepareState() async throws {
        try await machine.root(
            """
            chown -R caretaker: \(Self.repository) \(state)
            chmod 0700 \(state)
            mkdir -p /etc/systemd/system/caretaker.service.d
            printf '[Service]\\nReadWritePaths=\(state)\\n' >/etc/systemd/system/caretaker.service.d/state.conf
            systemctl daemon-reload
            """
        )
    }

    /// Writes a configuration whose agent is the tests'; what is said with `executors` and `settings` differs from one test to the next.
    func configure(
        image: String = "caretaker-executor:test",
        executors: String = "memory: 512m",
        settings: String = ""
    ) async throws {
        try await machine.root(
            """
            cat >/etc/caretaker/caretaker.yaml <<'YAML'
            runtime: docker
            state_dir: \(state)
            executors: { image: "\(image)", \(executors) }
            agent:
              command: [/usr/lib/caretaker/TestAgent]
              environment: ["CARETAKER_TEST_DELIVERIES=/work/workspace/deliveries"]
            repositories: { local: [\(Self.repository)] }
            limits: { linger: 1s }
            \(settings)
            YAML
            """
        )
    }
}
