/// Which containers are open, one bit for each, the innermost last.
///
/// 64 levels are in one word; only deeper texts allocate.
struct JSONNesting {
    private(set) var depth = 0
    private var word: UInt64 = 0
    private var outer: [UInt64] = []

    /// Whether the innermost open container is an object.
    var isInObject: Bool { word & 1 == 1 }

    mutating func push(object: Bool) {
        if depth > 0, depth & 63 == 0 {
            outer.append(word)
            word = 0
        }
        word = word << 1 | (object ? 1 : 0)
        depth += 1
    }

    mutating func pop() {
        depth -= 1
        word >>= 1
        if depth > 0, depth & 63 == 0, let last = outer.popLast() { word = last }
    }
}
