import Foundation

/// Python's prometheus_client with as many series.
struct Peer {
    /// What a scrape of it took.
    struct Figures {
        let milliseconds: Double
        let bytes: Int
        let series: Int
    }

    let python: String

    /// What `peer.py` says, by format.
    func figures(_ arguments: [String]) throws -> [String: Figures] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("peer.py")
        process.arguments = [script.path] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        var figures: [String: Figures] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 4, let time = Double(words[1]), let bytes = Int(words[2]), let series = Int(words[3]) {
                figures[String(words[0])] = Figures(milliseconds: time, bytes: bytes, series: series)
            }
        }
        return figures
    }
}
