import Foundation
import TestSupport
import Testing

extension PackageTests {
    /// What is left when the package goes.
    @Suite(.enabled(if: TestEngine.isWanted(), "\(TestEngine.remedy)"))
    struct PackageRemovalTests {
        @Test func aPurgeLeavesNothingButWhatTheOperatorMade() async throws {
            try await PackageMachine.with { machine in
                let before = try await machine.files()
                let users = try await machine.root("cut -d: -f1 /etc/passwd /etc/group | sort -u")
                try await machine.follow("Install", commands: 2)
                try await machine.root("echo key | install -m 0600 /dev/stdin /etc/caretaker/credentials/api_key")
                try await machine.follow("Removal", commands: 1)
                let removed = try await machine.attempt(
                    "systemctl is-active caretaker; ls /var/lib/caretaker /run/caretaker"
                )
                #expect(removed.output.contains("inactive") && removed.output.contains("caretaker.sqlite"))
                #expect(removed.output.contains("cannot access '/run/caretaker'"), "\(removed.output)")
                try await machine.root("apt purge caretaker")
                let left = try await machine.files().subtracting(before).subtracting(Self.systems)
                #expect(
                    left == ["/etc/caretaker", "/etc/caretaker/credentials", "/etc/caretaker/credentials/api_key"],
                    "\(left.sorted())"
                )
                let now = try await machine.root("cut -d: -f1 /etc/passwd /etc/group | sort -u")
                // The engine's group may have members by now.
                #expect(now.split(separator: "\n").filter { $0 != "docker" } == users.split(separator: "\n"))
            }
        }

        @Test func itCanBeInstalledAgainOverItsState() async throws {
            try await PackageMachine.with { machine in
                try await machine.follow("Install", commands: 2)
                try await machine.root("caretaker task create 'Kept' --step 'Nothing.'")
                try await machine.follow("Removal", commands: 1)
                try await machine.follow("Install", commands: 2)
                #expect(try await machine.root("caretaker task list").contains("kept"))
            }
        }

        @Test func anUpgradeRestartsTheServiceAndKeepsWhatTheOperatorChanged() async throws {
            try await PackageMachine.with { machine in
                let older = "/tmp/ct-older-\(UInt32.random(in: .min ... .max)).deb"
                defer { try? FileManager.default.removeItem(atPath: older) }
                try await BuiltPackage.write(version: "0.0.1", to: older)
                try await machine.machine.copy(older, to: "/root/older.deb")
                try await machine.root("apt install /root/older.deb && systemctl enable --now caretaker")
                try await machine.root(
                    """
                    caretaker task create 'Kept' --step 'Nothing.'
                    sed -i 's/.*max_concurrent:.*/  max_concurrent: 7/; s/^# executors:/executors:/' /etc/caretaker/caretaker.yaml
                    """
                )
                let process = try await machine.root("systemctl show -P MainPID caretaker")
                try await machine.follow("Upgrade", commands: 1)
                #expect(try await machine.root("systemctl is-active caretaker") == "active")
                #expect(try await machine.root("systemctl show -P MainPID caretaker") != process)
                #expect(try await machine.root("caretaker task list").contains("kept"))
                #expect(
                    try await machine.root("grep max_concurrent: /etc/caretaker/caretaker.yaml")
                        == "max_concurrent: 7"
                )
            }
        }

        /// What the system makes for itself when users and units come and go.
        private static let systems: Set<String> = [
            "/etc/.pwd.lock", "/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-", "/etc/subuid-",
            "/etc/subgid-",
        ]
    }
}
