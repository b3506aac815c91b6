/// A run's id as part of a ref's name.
struct RunName: Hashable, Sendable {
    let text: String

    init(_ text: String) throws(RepositoryError) {
        let bytes = text.utf8
        let isPlain = bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
                true
            case UInt8(ascii: "-"): true
            default: false
            }
        }
        guard isPlain, !bytes.isEmpty, bytes.count <= 128, bytes.first != UInt8(ascii: "-") else {
            throw RepositoryError(.invalidInput, "The run id may hold only letters, digits, `-` and `_`.")
        }
        self.text = text
    }

    /// The ref that holds the run's commit in the mirror; pruning spares it.
    var ref: String { "refs/caretaker/" + text }
}
