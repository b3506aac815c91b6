import Testing

@testable import Notify

/// Addresses, of which only the host is shown.
struct WebhookTests {
    @Test(arguments: ["ftp://example.org/", "example.org", "http://", "https:///path", "", "not a url"])
    func whatIsNoWebAddressIsRefused(_ text: String) {
        #expect(Webhook(url: text, secret: nil) == nil)
    }

    @Test func userAndPasswordTravelInAHeader() throws {
        let webhook = try #require(Webhook(url: "https://me:p%40ss@example.org:8443/a?b=c#d", secret: nil))
        #expect(webhook.url == "https://example.org:8443/a?b=c")
        // me:p@ss
        #expect(webhook.authorization == "Basic bWU6cEBzcw==")
        #expect(Webhook(url: "http://example.org/a", secret: nil)?.authorization == nil)
    }

    @Test func itPrintsAsItsHost() throws {
        let webhook = try #require(Webhook(url: "https://me:word@example.org/services/T0/B0?key=abc", secret: nil))
        #expect("\(webhook)" == "example.org")
    }

    @Test func whatAReceiverEchoesIsMasked() throws {
        let webhook = try #require(
            Webhook(url: "https://me:word@example.org/services/T0/abcdefgh%20i?key=0123456789", secret: nil)
        )
        let echoes = [
            "Cannot POST /services/T0/abcdefgh%20i", "no /services/T0/abcdefgh i here", "bad token abcdefgh i",
            "key=0123456789", "wrong key 0123456789", "for me:word",
            "https://me:word@example.org/services/T0/abcdefgh%20i?key=0123456789",
        ]
        for echo in echoes {
            let masked = webhook.masking(echo)
            for secret in ["abcdefgh", "0123456789", "word"] { #expect(!masked.contains(secret), "\(masked)") }
        }
        #expect(webhook.masking("the channel is archived") == "the channel is archived")
    }
}
