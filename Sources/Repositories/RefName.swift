/// A short branch or tag name that git's own rules allow (`git check-ref-format`).
struct RefName: Hashable, Sendable {
    let text: String

    /// Takes a name without `refs/heads/` or `refs/tags/`; the field is the one that an error names.
    init(_ text: String, field: String) throws(RepositoryError) {
        if let fault = Self.fault(of: text) {
            throw RepositoryError(.invalidInput, "`\(field)` is no name that git allows: it \(fault).")
        }
        self.text = text
    }

    var asBranch: String { "refs/heads/" + text }
    var asTag: String { "refs/tags/" + text }

    private static func fault(of text: String) -> String? {
        let bytes = Array(text.utf8)
        if bytes.isEmpty { return "is empty" }
        if bytes.count > 1024 { return "is longer than 1024 bytes" }
        if bytes.contains(where: { $0 < 0x20 || $0 == 0x7f }) { return "holds a control character" }
        if let bad = bytes.first(where: { " ~^:?*[\\".utf8.contains($0) }) {
            return "holds the character `\(Character(Unicode.Scalar(bad)))`"
        }
        if bytes.first == UInt8(ascii: "-") { return "starts with `-`" }
        if bytes == Array("@".utf8) { return "is `@`" }
        if contains("@{", in: bytes) { return "holds `@{`" }
        if contains("..", in: bytes) { return "holds `..`" }
        if bytes.last == UInt8(ascii: ".") { return "ends with `.`" }
        return faultOfParts(bytes)
    }

    private static func faultOfParts(_ bytes: [UInt8]) -> String? {
        for part in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            if part.isEmpty { return "holds an empty part" }
            if part.count > 250 { return "holds a part longer than 250 bytes" }
            if part.first == UInt8(ascii: ".") { return "holds a part that starts with `.`" }
            if part.suffix(5).elementsEqual(".lock".utf8) { return "holds a part that ends with `.lock`" }
        }
        return nil
    }

    private static func contains(_ pair: StaticString, in bytes: [UInt8]) -> Bool {
        let wanted = Array(pair.description.utf8)
        return zip(bytes, bytes.dropFirst()).contains { $0 == wanted[0] && $1 == wanted[1] }
    }
}
