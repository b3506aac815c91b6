import Testing

@testable import Notify

/// Signatures as Standard Webhooks has them.
struct SigningTests {
    /// An example of its specification, and one that its libraries are tested with.
    @Test(arguments: [
        (
            "whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf", 1_731_705_121,
            #"{"event_type":"ping","data":{"success":true}}"#, "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="
        ),
        (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330,
            #"{"test": 2432232314}"#, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        ),
    ])
    func thePublishedSignaturesComeOut(
        _ secret: String,
        _ id: String,
        _ timestamp: Int64,
        _ body: String,
        _ signature: String
    ) throws {
        let secret = try #require(SigningSecret(secret))
        #expect(secret.signature(of: Array(body.utf8), id: id, timestamp: timestamp) == signature)
    }

    @Test func anyOtherTextIsTheKeyItself() throws {
        let text = try #require(SigningSecret("0123456789"))
        let coded = try #require(SigningSecret("whsec_MDEyMzQ1Njc4OQ=="))
        #expect(
            text.signature(of: [1, 2, 3], id: "a", timestamp: 5)
                == coded.signature(of: [1, 2, 3], id: "a", timestamp: 5)
        )
    }

    @Test(arguments: ["", "whsec_", "whsec_no base 64"])
    func whatHoldsNoKeyIsNone(_ text: String) {
        #expect(SigningSecret(text) == nil)
    }

    @Test func aSecretIsNotPrinted() throws {
        let secret = try #require(SigningSecret("hush-hush"))
        #expect(!"\(secret)".contains("hush"))
        #expect(!String(describing: Optional(secret)).contains("hush"))
    }
}
