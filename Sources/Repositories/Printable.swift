/// Makes foreign text fit for a message: no control characters, no credentials, a bounded length.
enum Printable {
    /// One line of at most 300 characters.
    static func text(_ text: String) -> String {
        String(clean(text).map { $0 == "\n" ? " " : $0 }.prefix(300))
    }

    /// The last lines of what a command said, with what is secret replaced.
    static func tail(_ text: String, secrets: [String], lines: Int = 8) -> String {
        var shown = clean(text)
        for secret in secrets where !secret.isEmpty {
            shown = replacing(secret, in: shown)
        }
        let kept = withoutURLCredentials(shown).split(separator: "\n").suffix(lines).joined(separator: "; ")
        return String(kept.suffix(1500))
    }

    private static func clean(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0a, 0x0d: result.append("\n")
            case 0x00...0x1f, 0x7f...0x9f: result.append(" ")
            // Marks that turn the direction of the text around.
            case 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: result.append("\u{fffd}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    private static func replacing(_ secret: String, in text: String) -> String {
        text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "***")
    }

    /// Replaces `//user:password@` by `//***@`.
    private static func withoutURLCredentials(_ text: String) -> String {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map { word -> String in
            guard let start = word.firstRange(of: "://")?.upperBound else { return String(word) }
            let authority = word[start...].prefix { $0 != "/" && $0 != "\n" }
            guard let at = authority.lastIndex(of: "@"), authority[..<at].contains(":") else { return String(word) }
            return word[..<start] + "***" + word[at...]
        }
        return words.joined(separator: " ")
    }
}
