import CLinux
import Foundation
import Glibc
import Synchronization

/// `scripts/test-engine`, which ends when this process does, however that ends.
final class EngineScript: Sendable {
    private let orders: CInt
    private let answers: CInt
    private let isEnded = Mutex(false)

    /// The repository that this file is in.
    static let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .path

    init(_ kind: EngineKind, folder: String) throws {
        var toScript: [CInt] = [0, 0]
        var fromScript: [CInt] = [0, 0]
        guard caretaker_pipe(&toScript) == 0, caretaker_pipe(&fromScript) == 0 else {
            throw EngineFailure("no pipe for the engine's script")
        }
        defer { for end in [toScript[0], fromScript[1]] { close(end) } }
        orders = toScript[1]
        answers = fromScript[0]
        try Self.spawn([kind.rawValue, folder], input: toScript[0], output: fromScript[1])
    }

    /// Gives an order; answers the line with which the script replies.
    func order(_ words: String) throws -> String {
        let line = [UInt8]("\(words)\n".utf8)
        guard write(orders, line, line.count) == line.count else { throw EngineFailure("the engine's script is gone") }
        var answer: [UInt8] = []
        var byte: UInt8 = 0
        while read(answers, &byte, 1) == 1 {
            if byte == 0x0A { return String(decoding: answer, as: UTF8.self) }
            answer.append(byte)
        }
        throw EngineFailure("the engine's script ended at \"\(words)\"")
    }

    /// Ends the engine; answers when nothing is left of it.
    func end() {
        let wasEnded = isEnded.withLock { ended in
            defer { ended = true }
            return ended
        }
        if wasEnded { return }
        close(orders)
        var byte: UInt8 = 0
        while read(answers, &byte, 1) > 0 {}
    }

    /// In a session of its own, so that it outlives an interrupt from the terminal long enough to clear away.
    private static func spawn(_ arguments: [String], input: CInt, output: CInt) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        let path = "/usr/bin/setsid"
        var argv = ([path, "\(repository)/scripts/test-engine"] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in argv { free(pointer) } }
        var pid: CInt = 0
        let status = posix_spawn(&pid, path, &actions, nil, &argv, environ)
        guard status == 0 else { throw EngineFailure("\(path): \(String(cString: strerror(status)))") }
        // Taken at its end: a child that nobody waits for keeps the thread busy that waits for Swift Testing's own.
        let child = pid
        Thread.detachNewThread {
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
        }
    }
}
