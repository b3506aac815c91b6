import Glibc

/// The terminal on standard output, if it is one.
enum Terminal {
    static var isPresent: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Its columns; nil when standard output is something else or does not know.
    static var width: Int? { size?.columns }

    /// Its columns and rows.
    static var size: (columns: Int, rows: Int)? {
        var size = winsize()
        guard isPresent, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Whether colours are wanted where nobody said so; see no-color.org.
    static func wantsColor(_ environment: [String: String]) -> Bool {
        isPresent && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }
}
