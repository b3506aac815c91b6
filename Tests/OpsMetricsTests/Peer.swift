import Foundation

/// The programs of others that must take what we write: missing ones fail the suite in CI, and skip the test elsewhere.
enum Peer: String {
    case promtool = "/usr/bin/promtool"
    /// Debian's Python, which has Debian's prometheus_client.
    case python = "/usr/bin/python3"

    /// Whether to run the test: always in CI, so that it fails there when a part is missing.
    var isWanted: Bool { ProcessInfo.processInfo.environment["CI"] == "true" || isHere }

    private var isHere: Bool {
        guard FileManager.default.isExecutableFile(atPath: rawValue) else { return false }
        return self != .python
            || FileManager.default.fileExists(atPath: "/usr/lib/python3/dist-packages/prometheus_client")
    }

    /// What the program says and with what it ends; its input goes through a file.
    func run(_ arguments: [String], input: [UInt8] = [], folder: URL? = nil) throws -> (status: Int32, output: String) {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data(input).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: rawValue)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = try FileHandle(forReadingFrom: file)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    /// Reads an exposition with prometheus_client; what is wrong with it, or how many samples it has.
    static func parse(_ bytes: [UInt8], _ format: String) throws -> String {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("parse.py")
        return try Peer.python.run([script.path, format], input: bytes).output
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
