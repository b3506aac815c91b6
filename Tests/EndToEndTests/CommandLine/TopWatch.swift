import AgentStream
import Foundation
import Glibc
import TestSupport
import Testing

/// A `caretaker top` on a terminal of 80 columns and 24 rows, whose frames are looked at one by one.
final class TopWatch {
    /// What was on the screen after it was drawn once.
    struct Frame {
        let lines: [String]

        /// Whether there is a row in a section that has these words.
        func row(_ start: String, in section: String, _ word: String = "") -> Bool {
            guard let title = lines.firstIndex(where: { $0.hasPrefix(section) }) else { return false }
            return lines[(title + 1)...].prefix { !$0.isEmpty }.contains {
                $0.hasPrefix(start) && (word.isEmpty || $0.contains(word))
            }
        }
    }

    struct Ended: Error {
        let text: String
    }

    let terminal: PseudoTerminal
    private let process: ChildProcess
    private var rest = ""

    init(_ service: ServiceUnderTest) throws {
        terminal = try PseudoTerminal(columns: 80)
        process = try terminal.start(Binaries.path("caretaker"), ["top", "--socket", service.socket])
    }

    /// Waits for a frame; each on the way must fit the terminal.
    func frame(where isMeant: (Frame) -> Bool) async throws {
        while true {
            while let frame = nextFrame() {
                #expect(frame.lines.count <= 24 && frame.lines.allSatisfy { TextWidth.columns(of: $0) <= 80 })
                if isMeant(frame) { return }
            }
            guard let written = await written() else { throw Ended(text: rest) }
            rest += written
        }
    }

    /// Ends it as Ctrl-C does and answers its code.
    ///
    /// The terminal must be given back.
    func end() async -> Int32 {
        process.send(SIGINT)
        let code = await process.exit()
        #expect(terminal.showsWhatIsTyped)
        terminal.hangUp()
        while let written = await written() { rest += written }
        #expect(rest.hasSuffix("\u{1B}[?25h\u{1B}[?1049l"), "\(rest)")
        return code
    }

    /// What is written next; nil once nobody has the terminal open.
    private func written() async -> String? {
        for await chunk in terminal.output { return String(decoding: chunk, as: UTF8.self) }
        return nil
    }

    /// A frame goes from one homing of the cursor to the clearing of what is below.
    private func nextFrame() -> Frame? {
        guard let start = rest.range(of: "\u{1B}[H"), let end = rest[start.upperBound...].range(of: "\u{1B}[J") else {
            return nil
        }
        let text = rest[start.upperBound..<end.lowerBound].replacing(/\u{1B}\[[0-9;]*[mK]/, with: "")
        rest = String(rest[end.upperBound...])
        return Frame(
            lines: text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map {
                String($0.last == "\r" ? $0.dropLast() : $0)
            }
        )
    }
}
