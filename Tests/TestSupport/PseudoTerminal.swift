import CLinux
import Foundation
import Glibc

/// A terminal of which a test sees what is written to it.
package final class PseudoTerminal: Sendable {
    /// What a program opens as its terminal.
    package let path: String
    /// What is written to it; it ends after `hangUp`, once nobody has the terminal open any more.
    package let output: AsyncStream<[UInt8]>
    /// The terminal, open as long as it is not hung up; whoever opened the path anew could get it as his own, and with it
    /// the signal when it goes.
    package let held: CInt

    package struct NotMade: Error {
        package let step: String
    }

    package init(columns: UInt16 = 80) throws {
        var name = [CChar](repeating: 0, count: 128)
        let master = caretaker_terminal(&name, name.count)
        guard master >= 0 else { throw NotMade(step: "posix_openpt") }
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        held = caretaker_open(path, O_RDWR | O_NOCTTY, 0)
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard held >= 0, ioctl(held, UInt(TIOCSWINSZ), &size) == 0 else { throw NotMade(step: "open") }
        output = Self.chunks(of: master)
    }

    /// Starts a program with the terminal as its standard input and output.
    package func start(
        _ program: String,
        _ arguments: [String],
        environment: [String: String] = ["TERM": "xterm"]
    ) throws -> ChildProcess {
        try ChildProcess(program, arguments, environment: environment, input: path, output: path)
    }

    /// Whether it shows what is typed, as it does unless a program has it otherwise.
    package var showsWhatIsTyped: Bool {
        var attributes = termios()
        tcgetattr(held, &attributes)
        return attributes.c_lflag & tcflag_t(ECHO) != 0
    }

    /// Lets the output end when the last program that has the terminal open has ended.
    package func hangUp() { close(held) }

    /// Runs a program to its end with the terminal as its standard output; answers its code and all that it wrote.
    package static func run(
        _ path: String,
        _ arguments: [String],
        environment: [String: String] = ["TERM": "xterm"],
        columns: UInt16 = 80
    ) async throws -> (code: Int32, text: String) {
        let terminal = try PseudoTerminal(columns: columns)
        let process = try terminal.start(path, arguments, environment: environment)
        let code = await process.exit()
        terminal.hangUp()
        var bytes: [UInt8] = []
        for await chunk in terminal.output { bytes += chunk }
        return (code, String(decoding: bytes, as: UTF8.self))
    }

    private static func chunks(of master: CInt) -> AsyncStream<[UInt8]> {
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        Thread.detachNewThread {
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(master, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { break }
                continuation.yield(Array(buffer[..<count]))
            }
            close(master)
            continuation.finish()
        }
        return stream
    }
}
