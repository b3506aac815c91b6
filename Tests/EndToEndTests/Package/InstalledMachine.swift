import TestSupport
import Testing

/// A machine with the package installed, which the tests of a suite share, one after the other: to install it costs more
/// than most of them do.
enum InstalledMachine {
    @TaskLocal fileprivate static var shared: EngineMachine?

    struct Missing: Error {}

    /// The machine with a service that has no state, a small configuration and the units as they were installed.
    ///
    /// - Parameters:
    ///   - dropIn: What the service's unit is to have beside.
    ///   - executors: Members of `executors`.
    ///   - settings: Further lines of the configuration.
    ///   - hasEngine: Whether the engine is there.
    ///   - starts: Whether the service is started.
    /// - Returns: The machine; waits for entries of the journal see those from now on.
    /// - Throws: `PackageMachine.Refused`.
    static func anew(
        dropIn: String = "",
        executors: String = "memory: 512m",
        settings: String = "",
        hasEngine: Bool = true,
        starts: Bool = true
    ) async throws -> EngineMachine {
        guard let shared else { throw Missing() }
        try await shared.machine.root(
            """
            systemctl stop caretaker.socket caretaker.service
            systemctl --quiet disable caretaker.socket caretaker.service
            find /etc/systemd/system/caretaker.service.d -type f ! -name state.conf -delete
            find \(shared.state) /etc/caretaker/credentials -mindepth 1 -delete
            cat >/etc/systemd/system/caretaker.service.d/test.conf <<'UNIT'
            \(dropIn)
            UNIT
            systemctl daemon-reload
            systemctl reset-failed caretaker.service 2>/dev/null || true
            """
        )
        try await hasEngine ? shared.bringEngine() : shared.takeEngineAway()
        try await shared.configure(executors: executors, settings: settings)
        try await shared.machine.markJournal()
        if starts { try await shared.machine.root("systemctl start caretaker") }
        return shared
    }
}

/// Has the tests of a suite share a machine.
struct SharedMachine: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await EngineMachine.with { machine in
            try await machine.machine.follow("Install", commands: 1)
            try await machine.machine.machine.install("TestAgent")
            try await machine.prepareState()
            try await InstalledMachine.$shared.withValue(machine) { try await function() }
        }
    }
}

extension Trait where Self == SharedMachine {
    /// One machine for all of the suite.
    static var sharedMachine: SharedMachine { SharedMachine() }
}
