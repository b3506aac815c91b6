/// Reads one line of an exposition by the formats' grammar.
struct SampleReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ line: String) {
        bytes = Array(line.utf8)
    }

    mutating func sample(openMetrics: Bool) throws -> ParsedExposition.Sample {
        let name = try name(colons: true)
        let labels = peek == UInt8(ascii: "{") ? try labels() : [:]
        try expect(" ")
        let value = try number()
        var exemplar: String?
        if openMetrics, place < bytes.count {
            try expect(" # ")
            let example = try self.labels()
            guard example.reduce(0, { $0 + $1.key.unicodeScalars.count + $1.value.unicodeScalars.count }) <= 128
            else { throw fault("an exemplar too long") }
            exemplar = example["run_id"]
            try expect(" ")
            _ = try number()
            try expect(" ")
            _ = try number()
        }
        guard place == bytes.count else { throw fault("more than a sample") }
        return ParsedExposition.Sample(name: name, labels: labels, value: value, exemplar: exemplar)
    }

    private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func labels() throws -> [String: String] {
        try expect("{")
        var labels: [String: String] = [:]
        while peek != UInt8(ascii: "}") {
            if !labels.isEmpty { try expect(",") }
            let name = try name(colons: false)
            guard !name.hasPrefix("__"), labels[name] == nil else { throw fault("a label that may not be") }
            try expect("=\"")
            labels[name] = try quoted()
        }
        try expect("}")
        return labels
    }

    private mutating func quoted() throws -> String {
        var text: [UInt8] = []
        while let byte = peek {
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case 0: throw fault("a NUL")
            case UInt8(ascii: "\\"):
                guard let escaped = peek, let plain = Self.escapes[escaped] else { throw fault("a bad escape") }
                place += 1
                text.append(plain)
            default: text.append(byte)
            }
        }
        throw fault("an open quote")
    }

    private mutating func name(colons: Bool) throws -> String {
        let start = place
        while let byte = peek, Self.isWord(byte) || (colons && byte == UInt8(ascii: ":")) { place += 1 }
        guard place > start, !(48...57).contains(bytes[start]) else { throw fault("no name") }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func number() throws -> Double {
        let start = place
        while let byte = peek, byte != UInt8(ascii: " ") { place += 1 }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        switch text {
        case "+Inf": return .infinity
        case "-Inf": return -.infinity
        default:
            guard let number = Double(text), number.isFinite else { throw fault("no number: \(text)") }
            return number
        }
    }

    private mutating func expect(_ text: String) throws {
        guard bytes[place...].starts(with: text.utf8) else { throw fault("no \(text)") }
        place += text.utf8.count
    }

    private func fault(_ text: String) -> ParsedExposition.Fault {
        ParsedExposition.Fault(description: "\(text) at \(place) in \(String(decoding: bytes, as: UTF8.self))")
    }

    private static var escapes: [UInt8: UInt8] {
        [UInt8(ascii: "n"): 10, UInt8(ascii: "\\"): UInt8(ascii: "\\"), UInt8(ascii: "\""): UInt8(ascii: "\"")]
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (97...122).contains(byte | 0x20) || (48...57).contains(byte) || byte == UInt8(ascii: "_")
    }
}
