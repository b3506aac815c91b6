import Foundation
import Glibc

/// The whole terminal, drawn over again and again, and given back as it was.
struct FullScreen: ~Copyable {
    private let attributes: termios?

    /// Takes the terminal: what is typed is not shown any more.
    init() {
        var found = termios()
        if tcgetattr(STDIN_FILENO, &found) == 0 {
            attributes = found
            found.c_lflag &= ~tcflag_t(ECHO | ICANON)
            // A stopped program would leave the terminal like this.
            withUnsafeMutableBytes(of: &found.c_cc) { $0[Int(VSUSP)] = 0 }
            tcsetattr(STDIN_FILENO, TCSANOW, &found)
        } else {
            attributes = nil
        }
        Self.write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J")
    }

    /// Draws lines from the top; what was below them goes.
    func draw(_ lines: [String]) {
        // What was there goes first: after a line that fills the terminal its last character would go.
        Self.write("\u{1B}[H" + lines.map { "\u{1B}[K\($0)" }.joined(separator: "\n") + "\u{1B}[J")
    }

    func leave() {
        Self.write("\u{1B}[?25h\u{1B}[?1049l")
        guard var attributes else { return }
        tcsetattr(STDIN_FILENO, TCSANOW, &attributes)
    }

    private static func write(_ text: String) {
        print(text, terminator: "")
        fflush(nil)
    }
}
