package import Curl
package import Model

/// One attempt to deliver a notice.
package struct NoticePost: Sendable {
    /// How long a receiver may take to answer.
    private static let limit = Duration.seconds(15)
    /// How long is waited for the words of a refusal, and how many bytes of them are kept.
    private static let patience = Duration.seconds(1)
    private static let mostWords = 200

    let webhook: Webhook
    private let curl: CurlClient
    private let limit: Duration

    package init(webhook: Webhook, curl: CurlClient) {
        self.init(webhook: webhook, curl: curl, limit: Self.limit)
    }

    init(webhook: Webhook, curl: CurlClient, limit: Duration) {
        self.webhook = webhook
        self.curl = curl
        self.limit = limit
    }

    /// Sends a notice.
    ///
    /// - Parameters:
    ///   - notice: The notice.
    ///   - now: When it is sent, which receivers check.
    /// - Returns: What came of it.
    /// - Throws: `CancellationError`, and `CurlError` `.cancelled` when the client is shut down.
    package func send(_ notice: Notice, now: Timestamp) async throws -> Answer {
        do {
            let response = try await curl.stream(request(notice, now))
            if (200..<300).contains(response.status) { return .delivered(status: response.status) }
            let words = await words(of: response)
            let error = "The receiver answered \(response.status)" + (words.isEmpty ? "." : ": \(words)")
            if response.status == 410 { return .gone(error) }
            return .failed(error, retryAfter: RetryAfter.wait(response.headers["retry-after"], now: now))
        } catch let error as CurlError where error.code != .cancelled {
            return .failed(webhook.masking(error.description), retryAfter: nil)
        }
    }

    private func request(_ notice: Notice, _ now: Timestamp) -> HTTPRequest {
        let body = Self.body(of: notice)
        let id = notice.id.rawValue
        var headers: HTTPHeaders = [
            "content-type": "application/json", "user-agent": "caretaker", "webhook-id": id,
            "webhook-timestamp": "\(now.seconds)",
        ]
        headers["webhook-signature"] = webhook.secret?.signature(of: body, id: id, timestamp: now.seconds)
        headers["authorization"] = webhook.authorization
        return HTTPRequest(
            method: "POST",
            url: webhook.url,
            headers: headers,
            body: body,
            timeout: limit,
            maximumSilence: Self.patience,
            reusesConnection: false
        )
    }

    /// What is sent, always the same for a notice.
    static func body(of notice: Notice) -> [UInt8] {
        let start = #"{"type":"\#(notice.kind.rawValue)","timestamp":"\#(notice.at.iso8601)","data":"#
        return Array("\(start)\(notice.data)}".utf8)
    }

    /// The beginning of what a receiver says about its refusal.
    private func words(of response: HTTPStream) async -> String {
        var iterator = response.body.makeAsyncIterator()
        guard let bytes = try? await iterator.next() else { return "" }
        // Cut when nothing secret is in it any more: half a secret would not be found.
        let text = webhook.masking(String(decoding: bytes, as: UTF8.self))
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return String(decoding: line.utf8.prefix(Self.mostWords), as: UTF8.self)
    }
}

extension NoticePost {
    /// What came of an attempt.
    package enum Answer: Hashable, Sendable {
        case delivered(status: Int)
        case failed(String, retryAfter: Duration?)
        /// The receiver wants no more attempts.
        case gone(String)
    }
}
