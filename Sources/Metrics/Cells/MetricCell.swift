/// One series, or the several of one histogram: what is counted, and the start of each of its lines.
package protocol MetricCell: AnyObject, Sendable {
    /// What all cells of a family have in common.
    associatedtype Shape: Sendable

    init(shape: Shape, start: LineStart)

    /// Writes the cell's lines; must wait for nothing.
    func write(to text: inout ExpositionText)
}

/// The part of a line before its number, from which cells make theirs ready once.
package struct LineStart: Sendable {
    let name: String
    /// Sorted by name, values unescaped.
    let labels: [(name: String, value: String)]

    /// `name_suffix{labels,le="bound"} ` in bytes.
    func bytes(suffix: String = "", bound: Double? = nil) -> [UInt8] {
        var bytes = Array((name + suffix).utf8)
        var separator = UInt8(ascii: "{")
        for (name, value) in labels {
            bytes.append(separator)
            bytes.append(contentsOf: "\(name)=\"".utf8)
            Escaping.appendLabelValue(value, to: &bytes)
            bytes.append(UInt8(ascii: "\""))
            separator = UInt8(ascii: ",")
        }
        if let bound {
            bytes.append(separator)
            bytes.append(contentsOf: "le=\"\(NumberText.bound(bound))\"".utf8)
            separator = UInt8(ascii: ",")
        }
        if separator == UInt8(ascii: ",") { bytes.append(UInt8(ascii: "}")) }
        return bytes + [UInt8(ascii: " ")]
    }
}
