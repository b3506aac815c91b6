package import Model

extension NoticePost {
    /// Sends a notice that tells nothing, once, and answers what the receiver says.
    package func attempt(now: Timestamp) async throws -> NoticeTrial {
        let notice = Notice(id: Notice.ID(at: now), kind: .test, at: now, data: "{}")
        let host = webhook.host
        switch try await send(notice, now: now) {
        case .delivered(let status):
            return NoticeTrial(host: host, isDelivered: true, detail: "The receiver answered \(status).")
        case .failed(let error, _), .gone(let error):
            return NoticeTrial(host: host, isDelivered: false, detail: error)
        }
    }
}
