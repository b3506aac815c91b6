import AgentStream
import NIOCore

/// The answer to one call, or to a batch without streaming: an envelope each, in the order of the calls.
struct RPCEnvelopes: Sendable {
    let calls: [RPCCall]
    let outcomes: [RPCOutcome]
    let envelope: RPCEnvelope
    let isBatch: Bool

    /// What all calls have in common; 207 where they differ.
    var status: Int {
        let statuses = Set(outcomes.map(\.status))
        return statuses.count == 1 ? statuses.first ?? 200 : 207
    }

    /// The whole answer; nil when part of it comes in pieces.
    var buffer: ByteBuffer? {
        var buffer = ByteBuffer()
        for (index, outcome) in outcomes.enumerated() {
            if case .success(.pieces) = outcome { return nil }
            buffer.writeString(opening(index))
            append(outcome, of: calls[index], to: &buffer)
        }
        buffer.writeString(closing)
        return buffer
    }

    @concurrent
    func write(to writer: inout PatientWriter) async throws {
        for (index, outcome) in outcomes.enumerated() {
            var buffer = ByteBuffer(string: opening(index))
            guard case .success(.pieces(let pieces)) = outcome else {
                append(outcome, of: calls[index], to: &buffer)
                try await writer.write(buffer)
                continue
            }
            buffer.writeBytes(RPCEnvelope.successHead)
            try await writer.write(buffer)
            for try await piece in pieces where !piece.isEmpty {
                try await writer.write(ByteBuffer(bytes: piece))
            }
            try await writer.write(ByteBuffer(bytes: RPCEnvelope.successTail))
        }
        if !closing.isEmpty { try await writer.write(ByteBuffer(string: closing)) }
    }

    private func opening(_ index: Int) -> String {
        if index > 0 { return "," }
        return isBatch ? "[" : ""
    }

    private var closing: String { isBatch ? "]" : "" }

    private func append(_ outcome: RPCOutcome, of call: RPCCall, to buffer: inout ByteBuffer) {
        switch outcome {
        case .success(.json(let json)):
            buffer.reserveCapacity(minimumWritableBytes: json.count + 32)
            buffer.writeBytes(RPCEnvelope.successHead)
            buffer.writeBytes(json)
            buffer.writeBytes(RPCEnvelope.successTail)
        case .success: buffer.writeBytes(RPCEnvelope.undefined)
        case .failure(let error): buffer.writeBytes(envelope.failure(error, path: call.path))
        }
    }
}

extension RPCOutcome {
    var status: Int {
        switch self {
        case .success: 200
        case .failure(let error): error.code.httpStatus
        }
    }
}
