import AgentStream
import Foundation
import Model
import ServiceLifecycle
import Store
import TestSupport
import Testing

@testable import Notify

/// Notices get to a real receiver, through whatever it does.
@Suite(.timeLimit(.minutes(2)))
struct CourierTests {
    @Test func aNoticeIsDeliveredSignedAndGone() async throws {
        let story = try CourierStory()
        try await WebhookReceiver.with { receiver, url in
            try await story.deliver(to: "\(url)/hook?to=ops", secret: "whsec_MDEyMzQ1Njc4OQ==") { _ in
                try await story.end()
                let request = try await receiver.request(0)
                try await story.emptied()
                #expect(request.path == "/hook?to=ops")
                #expect(request.type == "run.failed")
                #expect(request.json["timestamp"]?.string == CourierStory.start.iso8601)
                #expect(request.json["data"]?["run"]?["reason"] == "agent_error")
                #expect(request.headers["content-type"] == "application/json")
                let timestamp = request.headers["webhook-timestamp"]
                #expect(timestamp == "\(CourierStory.start.seconds)")
                let secret = try #require(SigningSecret("0123456789"))
                let id = try #require(request.id)
                let signature = secret.signature(of: request.body, id: id, timestamp: CourierStory.start.seconds)
                #expect(request.headers["webhook-signature"] == signature)
                #expect(receiver.received.count == 1)
                #expect(story.count("success") == 1)
                #expect(story.count("failure") == 0)
            }
        }
    }

    @Test func withoutASecretItIsNotSignedAndAUserIsSentAsAHeader() async throws {
        let story = try CourierStory()
        try await WebhookReceiver.with { receiver, url in
            try await story.deliver(to: url.replacing("http://", with: "http://me:word@")) { _ in
                try await story.end()
                let request = try await receiver.request(0)
                #expect(request.headers["webhook-signature"] == nil)
                #expect(request.headers["authorization"] == "Basic bWU6d29yZA==")
                try await story.emptied()
            }
        }
    }

    @Test func whatWasRefusedIsTriedAgainUnderTheSameIdWhenItsTimeHasCome() async throws {
        let story = try CourierStory()
        let replies: [WebhookReceiver.Reply] = [.status(500, body: "in trouble"), .status(503), .status(200)]
        try await WebhookReceiver.with(replies) { receiver, url in
            try await story.deliver(to: url) { _ in
                try await story.end()
                let first = await story.clock.nextSleeper()
                #expect((.seconds(5) ... .seconds(6)).contains(first - CourierStory.start))
                story.clock.set(first)
                let second = await story.clock.nextSleeper()
                #expect((.seconds(30) ... .seconds(36)).contains(second - first))
                story.clock.set(second)
                try await story.emptied()
                #expect(receiver.received.count == 3)
                #expect(Set(receiver.received.map(\.id)).count == 1)
                #expect(Set(receiver.received.map(\.body)).count == 1)
                // Each attempt is of its own time, which receivers check.
                #expect(receiver.received.map { $0.headers["webhook-timestamp"] }.last == "\(second.seconds)")
                #expect(story.count("failure") == 2)
                #expect(story.count("success") == 1)
            }
        }
        let lines = story.log.text.split(separator: "\n").filter { $0.contains("notice.host") }
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("warning") == true)
        #expect(lines.first?.contains("in trouble") == true)
        #expect(lines.last?.hasPrefix("notice") == true)
    }

    @Test(arguments: [("600", 600), ("86400", 3600), ("Mon, 05 Jan 2026 00:20:00 GMT", 1200)])
    func aReceiverThatAsksForAWhileGetsIt(_ value: String, _ seconds: Int64) async throws {
        let story = try CourierStory()
        try await WebhookReceiver.with([.status(429, headers: ["retry-after": value])]) { receiver, url in
            try await story.deliver(to: url) { _ in
                try await story.end()
                let next = await story.clock.nextSleeper()
                #expect(next - CourierStory.start == .seconds(seconds))
                #expect(receiver.received.count == 1)
                story.clock.set(next)
                try await story.emptied()
            }
        }
    }

    @Test func aReceiverThatIsGoneForGoodIsNotTriedAgain() async throws {
        let story = try CourierStory()
        try await WebhookReceiver.with([.status(410, body: "go away")]) { receiver, url in
            try await story.deliver(to: url) { _ in
                try await story.end()
                try await story.emptied()
                try await story.end()
                _ = try await receiver.request(1)
                try await story.emptied()
                #expect(receiver.received.count == 2)
            }
        }
        #expect(story.count("given_up") == 1)
        #expect(story.count("success") == 1)
        let line = story.log.text.split(separator: "\n").first { $0.contains("webhook_dropped") } ?? ""
        for word in ["run.failed", "go away", "410", "attempts"] { #expect(line.contains(word), "\(line)") }
    }

    @Test func aRedirectIsNotFollowed() async throws {
        let story = try CourierStory()
        try await WebhookReceiver.with([.status(302, headers: ["location": "/elsewhere"])]) { receiver, url in
            try await story.deliver(to: "\(url)/hook") { _ in
                try await story.end()
                let next = await story.clock.nextSleeper()
                #expect(receiver.received.map(\.path) == ["/hook"])
                story.clock.set(next)
                try await story.emptied()
                #expect(receiver.received.map(\.path) == ["/hook", "/hook"])
            }
        }
    }

    @Test func nobodyThereIsAFailureLikeAnother() async throws {
        let story = try CourierStory()
        let port = try LoopbackPort.free()
        try await story.deliver(to: "http://127.0.0.1:\(port)/secret-path") { _ in
            try await story.end()
            let next = await story.clock.nextSleeper()
            #expect(story.count("failure") == 1)
            try await WebhookReceiver.with(port: port) { receiver, _ in
                story.clock.set(next)
                try await story.emptied()
                #expect(receiver.received.count == 1)
            }
        }
        #expect(story.log.text.contains("couldNotConnect"))
        #expect(!story.log.text.contains("secret-path"))
    }

    @Test func aReceiverThatHangsHoldsUpFourAndNoMore() async throws {
        let story = try CourierStory()
        let replies = [WebhookReceiver.Reply](repeating: .hang(), count: 4)
        try await WebhookReceiver.with(replies) { receiver, url in
            try await story.deliver(to: url, limit: .seconds(5)) { _ in
                try await story.end(count: 6)
                let fourth = try await receiver.request(3)
                #expect(receiver.received.count == 4)
                #expect(fourth.type == "run.failed")
                // The store does not wait for it, and the others get their turn when the time of the first is up.
                try await story.end(.succeeded(nil))
                _ = try await receiver.request(5)
                try await waitUntil { story.count("failure") == 4 && story.count("success") == 2 }
                try await waitUntil { try await story.store.waitingNotices().count == 4 }
            }
        }
        #expect(story.log.text.contains("timedOut"))
    }

    @Test func afterThreeDaysItIsGivenUp() async throws {
        let story = try CourierStory()
        let end = CourierStory.start + .seconds(3 * 86_400)
        try await WebhookReceiver.with(then: .status(500)) { receiver, url in
            try await story.deliver(to: url) { _ in
                try await story.end()
                while story.clock.now < end { story.clock.set(await story.clock.nextSleeper()) }
                try await story.emptied()
                #expect(story.clock.now == end)
                #expect(receiver.received.count > 30)
                #expect(receiver.received.last?.headers["webhook-timestamp"] == "\(end.seconds)")
            }
        }
        #expect(story.count("given_up") == 1)
        #expect(story.log.text.split(separator: "\n").count { $0.contains("webhook_dropped") } == 1)
        // It began to fail once.
        #expect(story.log.text.split(separator: "\n").count { $0.hasPrefix("warning") } == 1)
    }

    @Test func theWordsOfARefusalAreShortAndWithoutSecrets() async throws {
        let story = try CourierStory()
        let path = "/services/T01/sixteen-letters-"
        let body = "Cannot POST \(path)\n" + String(repeating: "é", count: 5000)
        try await WebhookReceiver.with([.status(404, body: body)]) { _, url in
            try await story.deliver(to: "\(url)\(path)", secret: "hush-hush") { _ in
                try await story.end()
                _ = await story.clock.nextSleeper()
            }
        }
        let text = story.log.text
        #expect(text.contains("Cannot POST … é"))
        #expect(text.utf8.count < 1500)
        for secret in ["T01", "sixteen", "hush"] { #expect(!text.contains(secret), "\(text)") }
    }

    @Test func whatIsOnItsWayWhenTheServiceEndsMayArrive() async throws {
        let story = try CourierStory()
        let gate = Gate()
        try await WebhookReceiver.with([.hang(until: gate)]) { receiver, url in
            try await story.deliver(to: url) { group in
                try await story.end()
                _ = try await receiver.request(0)
                await group.triggerGracefulShutdown()
                gate.open()
            }
        }
        #expect(try await story.store.waitingNotices().count == 0)
        #expect(story.count("success") == 1)
    }

    @Test func whatHangsWhenTheServiceEndsIsDeliveredByTheNextUnderTheSameId() async throws {
        let story = try CourierStory()
        try await WebhookReceiver.with([.hang()]) { receiver, url in
            try await story.deliver(to: url) { _ in
                try await story.end()
                _ = try await receiver.request(0)
            }
            #expect(try await story.store.dueNotices(limit: 9, but: []).map(\.attempts) == [0])
            try await story.deliver(to: url) { _ in try await story.emptied() }
            #expect(receiver.received.count == 2)
            #expect(Set(receiver.received.map(\.id)).count == 1)
        }
    }

    @Test func whatWaitsIsAMetric() async throws {
        let story = try CourierStory()
        NoticeCollector.register(story.store, story.metrics)
        #expect(await story.exposition().contains("caretaker_notify_pending 0\n"))
        try await story.end(count: 2)
        let text = await story.exposition()
        #expect(text.contains("caretaker_notify_pending 2\n"))
        #expect(text.contains("caretaker_notify_oldest_pending_timestamp_seconds \(CourierStory.start.seconds)"))
    }
}
