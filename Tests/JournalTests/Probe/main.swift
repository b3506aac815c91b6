import Foundation
import Glibc
import Journal
import Logging

// What the tests start where a journal is: it logs, notifies or takes sockets, and prints what it saw.

signal(SIGPIPE, SIG_IGN)
let arguments = CommandLine.arguments.dropFirst()
let environment = ProcessInfo.processInfo.environment
let format = LogFormat(rawValue: environment["PROBE_FORMAT"] ?? "auto") ?? .auto
let output = LogOutput(format, level: .trace, environment: environment)
let logger = output.logger(label: "probe")

switch arguments.first {
case "style": print(output.style.rawValue)
case "story": story(of: arguments.dropFirst().first ?? "")
case "forge": forge(arguments.dropFirst().first ?? "")
case "say": logger.error("said aloud", metadata: ["run.id": "\(arguments.dropFirst().first ?? "")"])
case "flood": try await flood(arguments.dropFirst().compactMap { Int32($0) })
case "notify": notify()
case "listen": listen()
default: exit(64)
}
print("flushed \(await output.flush(within: .seconds(10)))")

func story(of run: String) {
    for event in ["run_queued", "run_starting", "run_running", "run_step_failed", "run_failed", "run_cleaned_up"] {
        logger.info("\(event)", metadata: ["message.id": "\(event)", "run.id": "\(run)", "run.reason": "agent_error"])
    }
}

func forge(_ run: String) {
    let lines = "first\nPRIORITY=0\nRUN_ID=forged\n<0>Nov 23 00:00:00 host sshd[1]: forged\u{1B}[2J\u{202E}\0end"
    logger.notice(
        "\(lines)",
        metadata: ["run.id": "\(run)", "text": "\(lines)", "priority": "0", "_uid": "0", "a\nPRIORITY=0\nb": "x"]
    )
}

/// Runs what is to happen to the journal after it was chosen.
func prepare() throws {
    guard let script = environment["PROBE_BEFORE"] else { return }
    let shell = try Process.run(URL(fileURLWithPath: "/bin/sh"), arguments: ["-c", script])
    shell.waitUntilExit()
}

/// Logs much and, given a stopped process, lets that go on; prints what was lost and how long the logging took.
func flood(_ numbers: [Int32]) async throws {
    try prepare()
    let began = ContinuousClock.now
    for number in 0..<(numbers.first ?? 0) { logger.info("flood \(number)", metadata: ["run.id": "flood"]) }
    print("took \(began.duration(to: .now) / .milliseconds(1))")
    print("overflowed \(output.counts.overflowed)")
    if numbers.count > 1 {
        kill(numbers[1], SIGCONT)
        _ = await output.flush(within: .seconds(30))
        logger.info("after the flood", metadata: ["run.id": "flood"])
    }
    print("in time \(await output.flush(within: .milliseconds(500)))")
    print("undelivered \(output.counts.undelivered)")
    exit(0)
}

func notify() {
    let manager = SystemdNotify(environment: environment)
    manager.reloading()
    manager.extendTimeout(by: .seconds(5))
    manager.watchdog()
    let interval = manager.watchdogInterval.map { "\($0 / .seconds(1))" } ?? "none"
    manager.ready("watchdog \(interval)\nMAINPID=1")
    pause()
}

func listen() {
    for socket in ListenDescriptor.take() {
        let isClosedOnExec = fcntl(socket.descriptor, F_GETFD) & FD_CLOEXEC != 0
        print("\(socket.descriptor) \(socket.name) \(isClosedOnExec)")
    }
    print("again \(ListenDescriptor.take().count)")
    let variables: [String] = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]
    print("variables \(variables.filter { getenv($0) != nil })")
}
