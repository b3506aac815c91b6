/// The last bytes of a stream, however long it is.
struct Tail {
    private var bytes: [UInt8] = []
    private let limit: Int

    init(limit: Int = 8192) {
        self.limit = limit
    }

    mutating func append(_ chunk: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: chunk.suffix(limit))
        if bytes.count > 2 * limit { bytes.removeFirst(bytes.count - limit) }
    }

    /// What is kept, with invalid UTF-8 replaced; a character cut at the front is left out.
    var text: String {
        var kept = bytes.suffix(limit)
        if bytes.count > limit {
            kept = kept.drop { $0 & 0xC0 == 0x80 }
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
