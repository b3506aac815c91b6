import Curl
import Foundation

/// A run's server-sent events, one by one.
package struct RunEventStream: AsyncSequence, Sendable {
    /// One event.
    package struct Event: Hashable, Sendable {
        package var name = ""
        package var id: Int?
        package var data: [UInt8] = []
    }

    private let body: HTTPBody

    init(_ body: HTTPBody) {
        self.body = body
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(body: body.makeAsyncIterator())
    }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate var body: HTTPBody.AsyncIterator
        private var rest: [UInt8] = []
        /// How much of the rest is known to hold no line break.
        private var searched = 0
        private var event = Event()
        private var waiting: [Event] = []

        fileprivate init(body: HTTPBody.AsyncIterator) {
            self.body = body
        }

        package mutating func next() async throws -> Event? {
            while waiting.isEmpty {
                guard let chunk = try await body.next() else { return nil }
                rest += chunk
                cut()
            }
            return waiting.removeFirst()
        }

        private mutating func cut() {
            var start = 0
            while let end = rest[(start + searched)...].firstIndex(of: 0x0A) {
                take(rest[start..<end])
                start = end + 1
                searched = 0
            }
            rest.removeFirst(start)
            searched = rest.count
        }

        private mutating func take(_ line: ArraySlice<UInt8>) {
            if line.isEmpty {
                if !event.data.isEmpty { waiting.append(event) }
                event = Event()
            } else if line.starts(with: "data: ".utf8) {
                event.data += line.dropFirst(6)
            } else if line.starts(with: "id: ".utf8) {
                event.id = Int(String(decoding: line.dropFirst(4), as: UTF8.self))
            } else if line.starts(with: "event: ".utf8) {
                event.name = String(decoding: line.dropFirst(7), as: UTF8.self)
            }
        }
    }
}
