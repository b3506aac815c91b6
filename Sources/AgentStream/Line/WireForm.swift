/// How a stored line is given to clients: always one JSON text on one line.
package enum WireForm {
    private static let carriageReturn: UInt8 = 0x0D

    /// A valid line as it is, except that a raw CR becomes a space; an invalid one as `{"type":"raw","base64":…}`.
    ///
    /// In valid JSON a raw CR can only stand between tokens, where a space means the same; on the wire it would end a
    /// line of an event stream. A line without a CR is returned without being copied.
    package static func json(of bytes: [UInt8], isRaw: Bool, isCut: Bool) -> [UInt8] {
        if isRaw { return raw(bytes, isCut: isCut) }
        guard bytes.contains(carriageReturn) else { return bytes }
        return bytes.map { $0 == carriageReturn ? UInt8(ascii: " ") : $0 }
    }

    private static func raw(_ bytes: [UInt8], isCut: Bool) -> [UInt8] {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(Base64.encodedCount(bytes.count) + 48)
        JSONWriter.appendVerbatim("{\"type\":\"raw\",\"base64\":\"", to: &buffer)
        Base64.append(bytes, to: &buffer)
        JSONWriter.appendVerbatim(isCut ? "\",\"cut\":true}" : "\"}", to: &buffer)
        return buffer
    }
}
