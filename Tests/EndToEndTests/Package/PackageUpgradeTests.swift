import Foundation
import TestSupport
import Testing

extension PackageTests {
    /// What stays when another package comes over this one.
    @Suite(.enabled(if: TestEngine.isWanted(), "\(TestEngine.remedy)"))
    struct PackageUpgradeTests {
        @Test func anUpgradeKeepsRunsSchedulesAndSettingsAndSoDoesAnInstallationOverTheStateOfARemovedOne() async throws
        {
            try await EngineMachine.with { engineMachine in
                let machine = engineMachine.machine
                try await Self.installOlder(engineMachine)
                try await machine.root(
                    """
                    caretaker task create Commit --step commit
                    caretaker schedule create Nightly --task commit --repository \(EngineMachine.repository) \
                    --at '30 2 29 2 *'
                    """
                )
                let run = try await engineMachine.startGatedRun()
                let process = try await machine.root("systemctl show -P MainPID caretaker")
                let next = try await machine.root("caretaker schedule list")

                try await machine.follow("Upgrade", commands: 1)
                #expect(try await machine.root("systemctl is-active caretaker") == "active")
                #expect(try await machine.root("systemctl show -P MainPID caretaker") != process)
                #expect(try await machine.root("dpkg-query --show --showformat '${Version}' caretaker") != "0.0.1")
                #expect(try await machine.root("caretaker schedule list") == next)
                #expect(
                    try await machine.root("grep max_concurrent: /etc/caretaker/caretaker.yaml").contains(
                        "max_concurrent: 7"
                    )
                )
                try await engineMachine.openGate(of: run)
                try await machine.wait(for: "EVENT=run_succeeded RUN_ID=\(run)")
                #expect(try await engineMachine.printed(by: run) == (1...2 * EngineMachine.lines).map { "msg_\($0)" })
                #expect(try await engineMachine.deliveries(of: run) == 1)

                try await machine.follow("Removal", commands: 1)
                try await machine.follow("Install", commands: 2)
                #expect(try await engineMachine.state(of: run) == "succeeded")
                #expect(try await machine.root("caretaker schedule list") == next)
            }
        }

        /// Installs the same package as an older version, with a setting of the operator's.
        private static func installOlder(_ engineMachine: EngineMachine) async throws {
            let machine = engineMachine.machine
            let older = "/tmp/ct-older-\(UInt32.random(in: .min ... .max)).deb"
            defer { try? FileManager.default.removeItem(atPath: older) }
            try await BuiltPackage.write(version: "0.0.1", to: older)
            try await machine.machine.copy(older, to: "/root/older.deb")
            try await machine.root("apt install /root/older.deb")
            try await engineMachine.prepareState()
            try await engineMachine.configure(executors: "memory: 512m, max_concurrent: 7")
            try await machine.root("systemctl enable --now caretaker")
        }
    }
}
