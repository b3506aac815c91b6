import Foundation
import TestSupport
import Testing

extension PackageTests {
    /// The package on a fresh machine with systemd and an engine, as the handbook says.
    @Suite(.enabled(if: TestEngine.isWanted(), "\(TestEngine.remedy)"))
    struct PackageInstallTests {
        @Test func installedAsTheHandbookSaysItsSchedulesRunsGoIntoContainersAndItTakesThemAlong() async throws {
            let engine = try TestEngine.shared()
            _ = try? await engine.run("image", "rm", "--force", Self.tag)
            try await EngineMachine.with { engineMachine in
                let machine = engineMachine.machine
                try await machine.follow("Install", commands: 3)
                #expect(
                    try await machine.root("systemctl is-active caretaker; systemctl is-enabled caretaker")
                        == "active\nenabled"
                )
                try await Self.lookAtTheUnit(machine)

                try await engineMachine.prepareState()
                try await engineMachine.configure(image: Self.tag)
                try await machine.follow("Configuration")
                try await machine.root("systemctl restart caretaker")
                let missing = try await machine.attempt("caretaker status")
                #expect(missing.code == 1)
                #expect(missing.output.contains("caretaker image build --tag \(Self.tag)"), "\(missing.output)")
                try await Self.makeImage(machine)
                let status = try await machine.attempt("caretaker status")
                #expect(status.code == 0, "\(status.output)")

                try await Self.makeSchedule(machine)
                try await machine.wait(for: "EVENT=run_succeeded")
                #expect(try await machine.root("caretaker schedule slots nightly").contains("succeeded"))

                let run = try await engineMachine.startGatedRun()
                #expect(try await engineMachine.left(of: run).count == 2)
                // It outlives the service, and goes with the package.
                try await machine.root("systemctl stop caretaker")
                #expect(try await engineMachine.left(of: run).count == 2)
                try await machine.follow("Removal", commands: 1)
                #expect(try await engineMachine.left(of: run) == [])
            }
        }

        private static let tag = "caretaker-executor:package"

        private static func lookAtTheUnit(_ machine: PackageMachine) async throws {
            let modes = try await machine.root(
                "stat -c '%a %U %G' /var/lib/caretaker /run/caretaker /run/caretaker/caretaker.sock /etc/caretaker/credentials"
            )
            #expect(
                modes.split(separator: "\n") == [
                    "700 caretaker caretaker", "750 caretaker caretaker", "660 caretaker caretaker", "700 root root",
                ]
            )
            let score = try await machine.attempt("systemd-analyze security --no-pager --threshold=15 caretaker")
            #expect(score.code == 0, "\(score.output.suffix(200))")
            let faults = try await machine.attempt(
                "systemd-analyze verify --man=yes caretaker.service caretaker.socket"
            )
            #expect(!faults.output.contains("caretaker"), "\(faults.output)")
        }

        /// As the handbook says, but small, and with the agent of the tests.
        private static func makeImage(_ machine: PackageMachine) async throws {
            try await machine.machine.copy("/usr/bin/docker", to: "/usr/local/bin/docker")
            try await machine.machine.install("TestAgent")
            let build = try #require(try OperationsText.blocks(below: "The image").first?.split(separator: "\n").first)
            try await machine.root(
                """
                \(build) --tag \(tag) --network host --without-agent \
                --packages 'ca-certificates git python3-minimal tini' --program /usr/local/bin/TestAgent
                """
            )
        }

        /// As the handbook says, but soon, with what the agent of the tests can do on a repository of the machine.
        private static func makeSchedule(_ machine: PackageMachine) async throws {
            let block = try #require(try OperationsText.blocks(below: "A first schedule").first)
            let (expression, _) = ScheduleTests.soon(3)
            let changed = block.replacing(#/--step '[^']*'/#, with: "--step commit")
                .replacing("owner/name", with: EngineMachine.repository)
                .replacing(#/--at '[^']*'/#, with: "--at '\(expression)'")
            try await machine.root(changed)
        }
    }
}
