import Foundation
import Synchronization
import TestSupport

/// Starts an executor with what a container gives it, without a container.
enum ContainerLikeStart {
    /// The user and group of the service.
    static let service: uid_t = 4000

    private static let users = Atomic<UInt32>(0)

    /// A user that nothing runs as, because a starting executor ends all that its agent's user runs.
    static func newUser() -> uid_t {
        1_000_000 + (UInt32(getpid()) << 8) + users.add(1, ordering: .relaxed).newValue % 256
    }

    /// Makes a run's folder as the service does, and a volume as an engine does: root's.
    static func makeFolders(_ run: String, _ volume: String) throws {
        guard chmod(String(run.dropLast("/run".count)), 0o755) == 0, mkdir(run, 0o770) == 0, chmod(run, 0o770) == 0,
            chown(run, service, service) == 0, mkdir(volume, 0o755) == 0
        else { throw TestFailure("the folders of a container could not be made") }
    }

    static func start(
        _ executor: ExecutorUnderTest,
        _ agentProgram: String?,
        _ variables: [String] = []
    ) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        let capabilities = "-all,+chown,+setuid,+setgid,+kill"
        let way = [
            "setpriv", "--reuid", "0", "--regid", "\(service)", "--clear-groups", "--bounding-set", capabilities,
            "--inh-caps", "-all", "--no-new-privs", "env",
        ]
        let command = [
            Binaries.path("caretaker-executor"), "serve", "--folder", executor.folder, "--workspace",
            executor.workspace, "--home", executor.home, "--agent-user", "\(executor.agentUser)",
            "--ready-descriptor", "3", "--agent-program", agentProgram ?? "/nowhere/claude",
        ]
        // The descriptor must be none of the standard three, which the server goes on using.
        process.arguments = ["-c", "exec \"$@\" 3>&1 >/dev/null", "sh"] + way + variables + command
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let answer = await withCheckedContinuation { (continuation: CheckedContinuation<Data?, Never>) in
            output.fileHandleForReading.readabilityHandler = { handle in
                handle.readabilityHandler = nil
                continuation.resume(returning: handle.availableData)
            }
            do {
                try process.run()
            } catch {
                output.fileHandleForReading.readabilityHandler = nil
                continuation.resume(returning: nil)
            }
        }
        try? output.fileHandleForReading.close()
        let words = String(decoding: answer ?? Data(), as: UTF8.self)
        guard words == "ready" else { throw TestFailure("the executor says \(words)") }
    }
}
