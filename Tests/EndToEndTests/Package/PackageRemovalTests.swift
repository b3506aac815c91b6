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

        /// What the system makes for itself when users and units come and go.
        private static let systems: Set<String> = [
            "/etc/.pwd.lock", "/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-", "/etc/subuid-",
            "/etc/subgid-",
        ]
    }
}
