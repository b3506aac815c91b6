/// Numbers as both exposition formats have them.
enum NumberText {
    /// Writes a sample's value: whole numbers without a point, infinities and NaN in the formats' own spelling.
    static func append(_ value: Double, to bytes: inout [UInt8]) {
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 {
            append(whole, to: &bytes)
        } else if value.isNaN {
            bytes.append(contentsOf: "NaN".utf8)
        } else if value.isInfinite {
            bytes.append(contentsOf: (value < 0 ? "-Inf" : "+Inf").utf8)
        } else {
            bytes.append(contentsOf: value.description.utf8)
        }
    }

    static func append(_ value: Int64, to bytes: inout [UInt8]) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        append(value.magnitude, to: &bytes)
    }

    static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        if value < 10 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value))
            return
        }
        let start = bytes.count
        var rest = value
        while rest > 0 {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
            rest = quotient
        }
        bytes[start...].reverse()
    }

    /// A bucket's bound as a canonical number: always with a point or an exponent, so that a series keeps its name
    /// whichever format was asked for.
    static func bound(_ value: Double) -> String {
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        let text = value.description
        guard value.magnitude >= 1e6, !text.contains("e") else { return text }
        var digits = text.filter(\.isNumber)
        let exponent = (text.split(separator: ".").first ?? "").filter(\.isNumber).count - 1
        while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
        let head = digits.removeFirst()
        let mantissa = digits.isEmpty ? "\(head)" : "\(head).\(digits)"
        return "\(value < 0 ? "-" : "")\(mantissa)e+\(exponent < 10 ? "0" : "")\(exponent)"
    }
}
