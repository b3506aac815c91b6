package import AgentStream
import CLinux
import Foundation
import Glibc
import Synchronization

/// The two pipes to a browser over which DevTools' commands, answers and events go: JSON texts that end in a NUL.
package final class DevToolsPipe: Sendable {
    /// What the browser has as its descriptors 3 and 4.
    let descriptors: [CInt: CInt]
    private let writing: CInt
    private let state = Mutex(State())

    private struct State {
        var lastNumber = 0
        var hasEnded = false
        var answers: [Int: AsyncStream<JSONValue>.Continuation] = [:]
        var sessions: [String: @Sendable (String, JSONValue) -> Void] = [:]
    }

    /// A command that the browser refused, or that it did not live to answer.
    package struct Refused: Error {
        package let method: String
        package let reason: String
    }

    init() throws {
        let (down, up) = (try Self.pipe(), try Self.pipe())
        descriptors = [3: down.reading, 4: up.writing]
        writing = down.writing
        // Blocks as long as the browser lives, and so needs a thread of its own.
        Thread.detachNewThread { [self] in
            read(from: up.reading)
            close(up.reading)
        }
    }

    /// Both ends above the numbers that the child gives to them.
    private static func pipe() throws -> (reading: CInt, writing: CInt) {
        var ends: [CInt] = [0, 0]
        guard caretaker_pipe(&ends) == 0 else { throw Refused(method: "pipe", reason: "there is none") }
        let high = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 16) }
        for end in ends { close(end) }
        return (high[0], high[1])
    }

    /// Gives up what only the child needs.
    func closeChildsEnds() {
        for descriptor in descriptors.values { close(descriptor) }
    }

    /// Ends the browser, too.
    func closeOwnEnd() { close(writing) }

    /// Sends a command and waits for its result.
    package func send(_ method: String, _ parameters: JSONValue = [:], session: String? = nil) async throws -> JSONValue
    {
        let (answers, continuation) = AsyncStream.makeStream(of: JSONValue.self)
        let number = state.withLock { state in
            state.lastNumber += 1
            if state.hasEnded { continuation.finish() } else { state.answers[state.lastNumber] = continuation }
            return state.lastNumber
        }
        var command: JSONObject = ["id": JSONValue(number), "method": .string(method), "params": parameters]
        command["sessionId"] = session.map { .string($0) }
        // The browser reads what it is told at once, so that this never blocks for long.
        write(JSONValue.object(command).encoded + [0])
        for await answer in answers {
            guard let result = answer["result"] else {
                throw Refused(method: method, reason: answer["error"]?["message"]?.string ?? "")
            }
            return result
        }
        try Task.checkCancellation()
        throw Refused(method: method, reason: "the browser has ended")
    }

    /// Has a session's events told, in their order, until it is told otherwise.
    func tell(_ session: String, to take: (@Sendable (String, JSONValue) -> Void)?) {
        state.withLock { $0.sessions[session] = take }
    }

    private func write(_ bytes: [UInt8]) {
        state.withLock { state in
            var rest = bytes[...]
            while !state.hasEnded, !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(writing, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return }
                rest.removeFirst(count)
            }
        }
    }

    private func read(from descriptor: CInt) {
        var rest: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            var chunk = buffer[..<count]
            while let end = chunk.firstIndex(of: 0) {
                take(rest + chunk[..<end])
                rest = []
                chunk = chunk[(end + 1)...]
            }
            rest += chunk
        }
        let answers = state.withLock { state in
            state.hasEnded = true
            return state.answers.values
        }
        for answer in answers { answer.finish() }
    }

    private func take(_ bytes: [UInt8]) {
        guard let message = try? JSONValue(parsing: bytes) else { return }
        if let number = message["id"]?.int {
            let answer = state.withLock { $0.answers.removeValue(forKey: number) }
            answer?.yield(message)
            answer?.finish()
        } else if let session = message["sessionId"]?.string, let method = message["method"]?.string {
            state.withLock { $0.sessions[session] }?(method, message["params"] ?? .null)
        }
    }
}
