/// One line of an execution's story as the executor spools and sends it: a kind byte, the line, a newline.
///
/// The kind byte is the executor's, never the agent's, so that an agent cannot forge an exit record.
package struct Frame: Hashable, Sendable {
    /// What a frame holds.
    package enum Kind: UInt8, Sendable {
        /// A whole line of the agent, without its newline.
        case line = 0x61  // a
        /// The agent's last line, which had no newline.
        case partial = 0x70  // p
        /// A line of the agent that was cut at the line limit; what followed up to its newline is lost.
        case cut = 0x63  // c
        /// The exit record, as JSON; the last frame of every execution.
        case exit = 0x78  // x
    }

    package let kind: Kind
    package let body: [UInt8]

    package init(kind: Kind, body: [UInt8]) {
        self.kind = kind
        self.body = body
    }

    /// The frame as it stands in the spool and on the wire.
    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(body.count + 2)
        bytes.append(kind.rawValue)
        bytes.append(contentsOf: body)
        bytes.append(0x0A)
        return bytes
    }
}
