import Foundation
import TestSupport
import Testing

extension PackageTests {
    /// The installed service with a container engine.
    @Suite(.enabled(if: TestEngine.isWanted(), "\(TestEngine.remedy)"))
    struct PackageEngineTests {
        @Test func aSchedulesRunsGoIntoContainersAndTheirRemovalIsThePackages() async throws {
            try await Self.withEngine { machine, state in
                try await machine.follow("Install", commands: 2)
                try await Self.configure(machine, state)
                let missing = try await machine.attempt("caretaker status")
                #expect(missing.code == 1)
                #expect(missing.output.contains("caretaker image build --tag \(Self.tag)"), "\(missing.output)")
                try await Self.makeImage(machine)
                #expect(try await machine.attempt("caretaker status").code == 0)

                let (expression, _) = ScheduleTests.soon(3)
                try await machine.root(
                    """
                    caretaker task create Commit --step commit
                    caretaker schedule create Nightly --task commit --repository \(Self.repository) --at '\(expression)'
                    """
                )
                try await machine.wait(for: "EVENT=run_succeeded")
                #expect(try await machine.root("caretaker schedule slots nightly").contains("succeeded"))

                try await machine.root("caretaker task create Wait --step 'gate /work/gate'")
                let run = try await machine.root("caretaker run start wait --repository \(Self.repository)")
                try await machine.wait(for: "EVENT=run_step_started RUN_ID=\(run)")
                #expect(try await Self.left(machine, run).count == 2)
                // It outlives the service, and goes with the package.
                try await machine.root("systemctl stop caretaker")
                #expect(try await Self.left(machine, run).count == 2)
                try await machine.follow("Removal", commands: 1)
                #expect(try await Self.left(machine, run) == [])
            }
        }

        private static let repository = "/srv/repository"
        private static let tag = "caretaker-executor:package"

        /// A machine whose engine is that of the tests, with the state directory at one path for both.
        private static func withEngine(
            _ body: (PackageMachine, String) async throws -> Void
        ) async throws {
            let engine = try TestEngine.shared()
            _ = try await engine.testImage()
            _ = try? await engine.run("image", "rm", "--force", tag)
            let state = "/var/lib/ct-machine-\(UInt32.random(in: .min ... .max))"
            try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: false)
            defer { try? FileManager.default.removeItem(atPath: state) }
            let options = ["--volume", "\(engine.socket):/run/docker.sock", "--volume", "\(state):\(state)"]
            try await PackageMachine.with(options) { machine in
                try await machine.root(
                    """
                    groupadd --gid \(engine.group) docker
                    git init -q -b main \(repository)
                    git -C \(repository) -c user.name=T -c user.email=t@localhost commit -q --allow-empty -m First
                    """
                )
                try await machine.machine.copy("/usr/bin/docker", to: "/usr/local/bin/docker")
                try await body(machine, state)
            }
        }

        /// As the handbook says, but small, and with the agent of the tests.
        private static func makeImage(_ machine: PackageMachine) async throws {
            try await machine.machine.install("TestAgent")
            let build = try #require(try OperationsText.blocks(below: "The image").first?.split(separator: "\n").first)
            try await machine.root(
                """
                \(build) --tag \(tag) --network host --without-agent \
                --packages 'ca-certificates git python3-minimal tini' --program /usr/local/bin/TestAgent
                """
            )
        }

        /// With the state directory at a path that the engine sees, too.
        private static func configure(_ machine: PackageMachine, _ state: String) async throws {
            try await machine.root(
                """
                chown -R caretaker: \(repository) \(state)
                chmod 0700 \(state)
                mkdir -p /etc/systemd/system/caretaker.service.d
                printf '[Service]\\nReadWritePaths=\(state)\\n' >/etc/systemd/system/caretaker.service.d/state.conf
                systemctl daemon-reload
                cat >/etc/caretaker/caretaker.yaml <<'YAML'
                runtime: docker
                state_dir: \(state)
                executors: { image: "\(tag)", memory: 512m }
                agent: { command: [/usr/lib/caretaker/TestAgent] }
                repositories: { local: [\(repository)] }
                YAML
                caretaker config check --config /etc/caretaker/caretaker.yaml
                systemctl restart caretaker
                """
            )
        }

        /// What the engine has of a run: its container and its volume.
        private static func left(_ machine: PackageMachine, _ run: String) async throws -> [Substring] {
            let containers = try await machine.engine.run("ps", "--all", "--format", "{{.Names}}")
            let volumes = try await machine.engine.run("volume", "ls", "--format", "{{.Name}}")
            return (containers + "\n" + volumes).split(separator: "\n").filter { $0 == "caretaker-\(run)" }
        }
    }
}
