import AgentStream
import Curl
import Model
import Server
import Store
import Testing

/// What a call of a procedure answered.
struct CallAnswer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let bytes: [UInt8]
    let json: JSONValue

    var data: JSONValue? { json["result"]?["data"] }
    var message: String { json["error"]?["message"]?.string ?? "" }
    var code: String { json["error"]?["data"]?["code"]?.string ?? "" }

    /// The issues that the message of a refused input lists.
    var issues: [JSONValue] { (try? JSONValue(parsing: message))?.array ?? [] }

    /// Where the issues are, as `steps.1.checks`.
    var issuePaths: [String] {
        issues.map { issue in
            (issue["path"]?.array ?? []).map { $0.string ?? "\($0.int ?? -1)" }.joined(separator: ".")
        }
    }
}

extension TestService {
    func query(_ path: String, _ input: JSONValue? = nil) async throws -> CallAnswer {
        let text = input.map { String(decoding: $0.encoded, as: UTF8.self) }
        return try await query(path, text: text)
    }

    func query(_ path: String, text: String?) async throws -> CallAnswer {
        let parameter = text.map { "?input=\(Self.percentEncoded($0))" } ?? ""
        return try await call(HTTPRequest(url: "\(base)/trpc/\(path)\(parameter)"))
    }

    func mutate(_ path: String, _ input: JSONValue) async throws -> CallAnswer {
        try await mutate(path, bytes: input.encoded)
    }

    func mutate(_ path: String, bytes: [UInt8]) async throws -> CallAnswer {
        try await call(
            HTTPRequest(
                method: "POST",
                url: "\(base)/trpc/\(path)",
                // libcurl waits for a 100 that nobody sends before it sends a long body.
                headers: ["content-type": "application/json", "expect": ""],
                body: bytes
            )
        )
    }

    /// Opens a subscription.
    func subscribe(
        _ path: String,
        _ input: JSONValue? = nil,
        parameters: String = "",
        _ headers: HTTPHeaders = [:]
    ) async throws -> EventReader {
        let text = input.map { "input=\(Self.percentEncoded(String(decoding: $0.encoded, as: UTF8.self)))&" } ?? ""
        let url = "\(base)/trpc/\(path)?\(text)\(parameters)"
        return EventReader(
            try await client.stream(HTTPRequest(url: url, headers: headers, maximumSilence: .seconds(30)))
        )
    }

    func get(_ path: String, _ headers: HTTPHeaders = [:]) async throws -> HTTPResponse {
        try await client.send(HTTPRequest(url: base + path, headers: headers))
    }

    private func call(_ request: HTTPRequest) async throws -> CallAnswer {
        let response = try await client.send(request)
        let json = try JSONValue(parsing: response.body)
        return CallAnswer(status: response.status, headers: response.headers, bytes: response.body, json: json)
    }

    static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension HTTPResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}
