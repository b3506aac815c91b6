import Foundation
import Glibc

/// A folder for the time of a test, with a path short enough for sockets.
enum Scratch {
    static func with<Result: Sendable>(_ body: (String) async throws -> Result) async throws -> Result {
        var template = Array("/tmp/ct-XXXXXX".utf8CString)
        let folder = template.withUnsafeMutableBufferPointer { buffer -> String in
            guard let base = buffer.baseAddress, mkdtemp(base) != nil else { return "" }
            return String(cString: base)
        }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }
}
