import Foundation

/// One recorded exchange with the original's server: the request as it was sent, and the answer.
struct Exchange: Sendable {
    let title: String
    /// The request's head, its lines without their ends.
    let requestHead: [String]
    let requestBody: String
    let statusLine: String
    let headers: [(name: String, value: String)]
    let body: String

    subscript(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// The exchanges of the fixture whose name begins with this number.
    static func recorded(_ number: String) throws -> [Exchange] {
        guard let folder = Bundle.module.resourceURL?.appendingPathComponent("Fixtures") else {
            throw TestFailure("no fixtures")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        guard let name = names.first(where: { $0.hasPrefix("\(number)-") }) else {
            throw TestFailure("no fixture \(number)")
        }
        let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
        return try parse(text)
    }

    private static func parse(_ text: String) throws -> [Exchange] {
        var sections: [[String]] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            // What the recording program said when it had heard enough.
            if line.hasPrefix("# curl:") { continue }
            if line.hasPrefix("# ") { sections.append([]) }
            if !sections.isEmpty { sections[sections.count - 1].append(line) }
        }
        return try sections.map(exchange)
    }

    private static func exchange(_ lines: [String]) throws -> Exchange {
        guard let request = lines.firstIndex(of: "----- request -----"),
            let response = lines.firstIndex(of: "----- response -----")
        else { throw TestFailure("no exchange: \(lines.first ?? "")") }
        let (head, body) = parted(lines[(request + 1)..<response])
        let (answerHead, answer) = parted(lines[(response + 1)...])
        return Exchange(
            title: String(lines[0].dropFirst(2)),
            requestHead: head,
            requestBody: body,
            statusLine: answerHead.first ?? "",
            headers: answerHead.dropFirst().map(header),
            body: answer
        )
    }

    /// Head and body, which an empty line parts.
    private static func parted(_ lines: ArraySlice<String>) -> ([String], String) {
        let end = lines.firstIndex(of: "") ?? lines.endIndex
        let body = lines[end...].dropFirst().joined(separator: "\n")
        return (Array(lines[..<end]), body.trimmingCharacters(in: .newlines))
    }

    private static func header(_ line: String) -> (name: String, value: String) {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return (parts[0].lowercased(), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
    }
}
