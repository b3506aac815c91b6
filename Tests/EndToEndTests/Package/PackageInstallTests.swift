import TestSupport
import Testing

extension PackageTests {
    /// The package on a machine with systemd.
    @Suite(.enabled(if: TestEngine.isWanted(), "\(TestEngine.remedy)"))
    struct PackageInstallTests {
        @Test func installedAsTheHandbookSaysItIsReadyAndConfined() async throws {
            try await PackageMachine.with { machine in
                try await machine.follow("Install", commands: 3)
                #expect(
                    try await machine.root("systemctl is-active caretaker; systemctl is-enabled caretaker")
                        == "active\nenabled"
                )
                let status = try await machine.attempt("caretaker status")
                #expect(status.code == 1)
                #expect(status.output.contains("engine"), "\(status.output)")
                let modes = try await machine.root(
                    "stat -c '%a %U %G' /var/lib/caretaker /run/caretaker /run/caretaker/caretaker.sock /etc/caretaker/credentials"
                )
                #expect(
                    modes.split(separator: "\n") == [
                        "700 caretaker caretaker", "750 caretaker caretaker", "660 caretaker caretaker",
                        "700 root root",
                    ]
                )
                let score = try await machine.attempt("systemd-analyze security --no-pager --threshold=15 caretaker")
                #expect(score.code == 0, "\(score.output.suffix(200))")
                let faults = try await machine.attempt(
                    "systemd-analyze verify --man=yes caretaker.service caretaker.socket"
                )
                #expect(!faults.output.contains("caretaker"), "\(faults.output)")
            }
        }

        @Test func onlyRootAndItsGroupMayUseTheSocket() async throws {
            try await PackageMachine.with { machine in
                try await machine.follow("Install", commands: 2)
                try await machine.root("useradd -G caretaker member; useradd stranger")
                let member = try await machine.attempt("runuser -u member -- caretaker task list")
                #expect(member.code == 0, "\(member.output)")
                let stranger = try await machine.attempt(
                    "runuser -u stranger -- caretaker task list --socket /run/caretaker/caretaker.sock"
                )
                #expect(stranger.code == 69, "\(stranger.output)")
            }
        }
    }
}
