import CLinux
import Dispatch
import ExecutorAPI
import Foundation
import Model

/// A running `caretaker-executor serve` of a folder, held by a descriptor so that its pid cannot be reused unseen.
struct ExecutorProcess: Sendable {
    let pid: pid_t
    private let handle: Handle

    /// The process that serves `folder`; nil when none does.
    init?(folder: String) {
        guard let text = try? String(contentsOfFile: "\(folder)/\(RunFolder.pid)", encoding: .utf8),
            let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)),
            let handle = Handle(pid: pid),
            // Looked at after the descriptor was opened: it is this process and no later one of the same number.
            Self.serves(folder, pid)
        else { return nil }
        self.pid = pid
        self.handle = handle
    }

    /// Asks the process to end, kills it after the grace, and returns when it is gone.
    func end(grace: Duration) async throws {
        handle.send(SIGTERM)
        if try await withDeadline(grace, { await handle.exit() }) == nil {
            handle.send(SIGKILL)
            await handle.exit()
        }
    }

    private static func serves(_ folder: String, _ pid: pid_t) -> Bool {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
        let arguments = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return arguments.contains("serve") && arguments.contains(folder)
    }

    private final class Handle: Sendable {
        private let descriptor: CInt

        init?(pid: pid_t) {
            descriptor = caretaker_pidfd_open(pid)
            if descriptor < 0 { return nil }
        }

        deinit {
            close(descriptor)
        }

        func send(_ signal: CInt) {
            _ = caretaker_pidfd_send_signal(descriptor, signal)
        }

        /// Returns when the process has ended, or when the task is cancelled.
        func exit() async {
            // A pidfd is readable once its process has ended.
            let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .global())
            let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
            source.setEventHandler { continuation.finish() }
            source.setCancelHandler { continuation.finish() }
            source.activate()
            for await _ in stream {}
            source.cancel()
        }
    }
}
