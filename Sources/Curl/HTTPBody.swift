/// A response's body as it arrives, for one reader.
///
/// The transfer pauses while the reader is behind. Bytes that arrived before a failure are given before the error.
/// Cancelling the reading task, or letting go of the body and its iterator, ends the transfer.
package struct HTTPBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let lease: Lease

        /// Everything that has arrived since the last call, never empty.
        package mutating func next() async throws -> [UInt8]? {
            try await lease.transfer.next()
        }
    }

    private let lease: Lease

    init(transfer: Transfer, client: CurlClient) {
        lease = Lease(transfer: transfer, client: client)
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(lease: lease)
    }
}

/// Ends the transfer when the last body or iterator is gone, and keeps the client running until then.
private final class Lease: Sendable {
    let transfer: Transfer
    let client: CurlClient

    init(transfer: Transfer, client: CurlClient) {
        self.transfer = transfer
        self.client = client
    }

    deinit {
        transfer.cancel()
    }
}
