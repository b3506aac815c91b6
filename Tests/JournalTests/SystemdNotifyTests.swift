import Glibc
import TestSupport
import Testing

@testable import Journal

struct SystemdNotifyTests {
    @Test(.timeLimit(.minutes(1)), arguments: ["/tmp/ct-notify-%", "@ct-notify-%"])
    func theManagerIsToldOnItsSocketInOneDatagramEach(pattern: String) async throws {
        let name = pattern.replacing("%", with: "\(UInt32.random(in: .min ... .max))")
        let socket = try ManagerSocket(name)
        defer { socket.close() }
        var messages = socket.messages.makeAsyncIterator()
        let manager = SystemdNotify(environment: ["NOTIFY_SOCKET": name])
        #expect(manager.isHeard)
        #expect(manager.ready("2 running\nMAINPID=1"))
        #expect(await messages.next() == "READY=1\nSTATUS=2 running\\\\nMAINPID=1")
        #expect(manager.status("next: nightly"))
        #expect(await messages.next() == "STATUS=next: nightly")
        #expect(manager.stopping())
        #expect(await messages.next() == "STOPPING=1")
        #expect(manager.extendTimeout(by: .milliseconds(1500)))
        #expect(await messages.next() == "EXTEND_TIMEOUT_USEC=1500000")
        #expect(manager.watchdog())
        #expect(await messages.next() == "WATCHDOG=1")
        #expect(manager.triggerWatchdog())
        #expect(await messages.next() == "WATCHDOG=trigger")
        #expect(manager.failed(EACCES, "no"))
        #expect(await messages.next() == "ERRNO=13\nSTATUS=no")
        #expect(manager.reloading())
        let reload = try #require(await messages.next()).split(separator: "\n")
        #expect(reload.first == "RELOADING=1")
        #expect(reload.last.flatMap { Int64($0.dropFirst("MONOTONIC_USEC=".count)) } ?? 0 > 0)
    }

    @Test func withoutAManagerNothingIsSaid() {
        for environment in [[:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "relative"], ["NOTIFY_SOCKET": "@"]] {
            let manager = SystemdNotify(environment: environment)
            #expect(!manager.isHeard)
            #expect(!manager.ready())
        }
        #expect(!SystemdNotify(environment: ["NOTIFY_SOCKET": "/tmp/ct-nobody-listens"]).ready())
    }

    @Test func theWatchdogIsOnlyMeantForTheProcessItNames() {
        func interval(_ environment: [String: String]) -> Duration? {
            SystemdNotify(environment: environment).watchdogInterval
        }
        #expect(interval(["WATCHDOG_USEC": "30000000"]) == .seconds(30))
        #expect(interval(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "\(getpid())"]) == .seconds(30))
        #expect(interval(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"]) == nil)
        for wrong in ["0", "-1", "x"] { #expect(interval(["WATCHDOG_USEC": wrong]) == nil) }
    }

    @Test(.timeLimit(.minutes(1)))
    func socketsAreTakenOnceWithTheirNamesAndKeptFromChildren() async throws {
        let lines = try await Self.listen("LISTEN_PID=$$ LISTEN_FDS=2 LISTEN_FDNAMES=http:")
        #expect(lines == ["3 http true", "4 unknown true", "again 0", "variables []", "flushed true"])
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: ["LISTEN_PID=1 LISTEN_FDS=2", "LISTEN_PID=$$ LISTEN_FDS=x", "LISTEN_FDS=2"]
    )
    func socketsForSomeoneElseAreNotTaken(variables: String) async throws {
        #expect(try await Self.listen(variables) == ["again 0", "variables []", "flushed true"])
    }

    /// What the probe sees with two descriptors and some variables.
    private static func listen(_ variables: String) async throws -> [String] {
        let script = "{ \(variables) exec \(Binaries.path("JournalProbe")) listen >&2; } 3</dev/null 4</dev/null"
        let child = try ChildProcess("/bin/sh", ["-c", script], environment: [:])
        var lines: [String] = []
        for await line in child.errorLines { lines.append(line) }
        #expect(await child.exit() == 0)
        return lines
    }
}
