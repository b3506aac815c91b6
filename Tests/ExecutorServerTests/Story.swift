import Curl
import ExecutorAPI
import Foundation

/// An execution's frames, read as the service reads them.
struct Story {
    let bytes: [UInt8]
    let frames: [Frame]
    let record: ExitRecord

    /// - Throws: When the stream does not end with exactly one exit frame.
    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        var decoder = FrameDecoder()
        let all = try decoder.decode(bytes)
        guard let last = all.last, last.kind == .exit, !decoder.isMidFrame,
            all.count(where: { $0.kind == .exit }) == 1
        else { throw TestFailure("no single exit frame at the end of \(all.count) frames") }
        frames = Array(all.dropLast())
        record = try JSONDecoder().decode(ExitRecord.self, from: Data(last.body))
    }

    var lines: [String] { frames.map { String(decoding: $0.body, as: UTF8.self) } }

    var kinds: String { String(decoding: frames.map(\.kind.rawValue), as: UTF8.self) }

    static func bytes(of stream: HTTPStream) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in stream.body { bytes.append(contentsOf: chunk) }
        return bytes
    }

    /// Reads a stream until so many lines have come.
    static func read(_ count: Int, of body: inout HTTPBody.AsyncIterator) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count(where: { $0 == 0x0A }) < count {
            guard let chunk = try await body.next() else { throw TestFailure("the stream ended early") }
            bytes.append(contentsOf: chunk)
        }
        return bytes
    }
}

/// What a test could not go on with.
struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
