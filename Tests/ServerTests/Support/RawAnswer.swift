/// An HTTP answer as it stood on the wire.
struct RawAnswer: Sendable {
    var statusLine: String
    /// Lower-case names with their values.
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    /// The number in the status line; 0 when there was none.
    var status: Int { statusLine.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0 }

    var text: String { String(decoding: body, as: UTF8.self) }

    subscript(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

extension RawConnection {
    /// Reads one answer.
    ///
    /// - Parameter hasBody: False after HEAD, whose answer's length counts bytes that do not come.
    /// - Returns: The answer; nil when the server closed without one.
    /// - Throws: What breaks the connection or HTTP's rules.
    func answer(hasBody: Bool = true) throws -> RawAnswer? {
        guard var answer = try head() else { return nil }
        guard hasBody, answer.status != 204, answer.status != 304 else { return answer }
        if let length = answer["content-length"].flatMap({ Int($0) }) {
            answer.body = try exactly(length)
        } else if answer["transfer-encoding"] == "chunked" {
            while let size = Int(try line(), radix: 16) {
                answer.body += try exactly(size)
                _ = try line()
                if size == 0 { break }
            }
        } else {
            answer.body = try receiveAll()
        }
        return answer
    }

    /// Reads a streamed answer until `isEnough` says so of its body, or to its end.
    func answer(until isEnough: (String) -> Bool) throws -> RawAnswer? {
        guard var answer = try head() else { return nil }
        while !isEnough(answer.text), let size = Int(try line(), radix: 16) {
            answer.body += try exactly(size)
            _ = try line()
            if size == 0 { break }
        }
        return answer
    }

    /// Sends a request and reads its answer.
    func exchange(_ request: String, hasBody: Bool = true) throws -> RawAnswer? {
        send(request)
        return try answer(hasBody: hasBody)
    }

    private func head() throws -> RawAnswer? {
        let first = try line()
        guard !first.isEmpty else { return nil }
        var answer = RawAnswer(statusLine: first, headers: [], body: [])
        while true {
            let next = try line()
            if next.isEmpty { return answer }
            let parts = next.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
            answer.headers.append((parts[0].lowercased(), value))
        }
    }

    /// The next line without its end; empty also when the server has closed.
    private func line() throws -> String {
        var bytes: [UInt8] = []
        while true {
            if let end = bytes.firstIndex(of: 0x0A) {
                unreceive(bytes[(end + 1)...])
                return String(decoding: bytes[..<end].filter { $0 != 0x0D }, as: UTF8.self)
            }
            let more = try receive()
            if more.isEmpty { return String(decoding: bytes, as: UTF8.self) }
            bytes += more
        }
    }

    private func exactly(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try receive()
            if more.isEmpty { throw TestFailure("the server closed after \(bytes.count) of \(count) bytes") }
            bytes += more
        }
        unreceive(bytes[count...])
        return Array(bytes[..<count])
    }
}

extension TestService {
    /// One request on a connection of its own, told as it stands.
    func raw(_ request: String, hasBody: Bool = true) async throws -> RawAnswer? {
        try await onThread { [port] in try RawConnection(port: port).exchange(request, hasBody: hasBody) }
    }
}
