import Curl
import ExecutorAPI
import Foundation
import Model

/// Gives the next bytes of a stream each time it is called, nil at the end.
typealias ByteSource = @Sendable () async throws -> [UInt8]?

/// Turns a stream of bytes from the executor, or from its spool, into groups of frames.
actor FrameReader {
    private let source: ByteSource
    /// What says how the agent ended where the bytes do not.
    private let exit: ByteSource?
    private var decoder = FrameDecoder()
    /// Frames that are passed over before the first one given out.
    private var toSkip: Int
    private var isOver = false

    init(_ source: @escaping ByteSource, skipping toSkip: Int, exit: ByteSource? = nil) {
        self.source = source
        self.toSkip = toSkip
        self.exit = exit
    }

    /// The next group; nil after the exit record.
    ///
    /// - Throws: `RuntimeError` `.unreachable` when the bytes end before the exit record.
    func next() async throws -> [AgentFrame]? {
        while !isOver {
            guard let chunk = try await asRuntimeError(source) else {
                if let record = try await exitRecord() {
                    isOver = true
                    return [.exit(record)]
                }
                throw RuntimeError(.unreachable, "The executor's stream ended before the exit record.")
            }
            var frames = try decode(chunk)
            let skipped = min(toSkip, frames.count)
            toSkip -= skipped
            frames.removeFirst(skipped)
            if case .exit = frames.last { isOver = true }
            if !frames.isEmpty { return frames }
        }
        return nil
    }

    /// The record that stands by itself: the executor stores it before it is a frame.
    private func exitRecord() async throws -> AgentExitRecord? {
        var bytes: [UInt8] = []
        while let chunk = try await exit?() { bytes += chunk }
        return (try? JSONDecoder().decode(ExitRecord.self, from: Data(bytes))).map(AgentExitRecord.init)
    }

    private func decode(_ chunk: [UInt8]) throws -> [AgentFrame] {
        do {
            return try decoder.decode(chunk).map(AgentFrame.init)
        } catch {
            throw RuntimeError(.refused, "The executor's stream holds what is no frame: \(error)")
        }
    }
}

extension AgentFrame {
    init(_ frame: Frame) throws {
        switch frame.kind {
        case .line, .partial: self = .line(frame.body)
        case .cut: self = .cutLine(frame.body)
        case .exit:
            let record = try JSONDecoder().decode(ExitRecord.self, from: Data(frame.body))
            self = .exit(AgentExitRecord(record))
        }
    }
}
