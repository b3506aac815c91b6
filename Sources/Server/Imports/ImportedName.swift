import Crypto
import Model
import Store

/// What things of elsewhere are called here.
///
/// Both are made of what they were called there alone, so that who imports again finds them.
enum ImportedName {
    /// A task's own id where it may stand in paths and names, as clients of the original have it; else one made of it.
    static func task(_ original: String, createdAt: Timestamp) -> AgentTask.ID {
        let isPlain = original.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isPlain, (1...128).contains(original.utf8.count) else { return made(of: original, createdAt) }
        return AgentTask.ID(rawValue: original)
    }

    /// A run's own id where it sorts among ours by its time, as lists need it; else one made of it and of its time.
    static func run(_ original: String, createdAt: Timestamp) -> Run.ID {
        let own = Run.ID(rawValue: original)
        return own.isOfTime ? own : made(of: original, createdAt)
    }

    private static func made<Owner>(of original: String, _ time: Timestamp) -> ID<Owner> {
        let digest = Array(SHA256.hash(data: Array(original.utf8)))
        let high = digest[0..<2].reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
        let low = digest[2..<10].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return ID(at: time, high: high, low: low)
    }
}
