import Model
import Notify

/// Who is told what; messages here never show the address, which is often a secret itself.
struct NotifyConfiguration: Sendable {
    let webhook: Webhook
    let events: Set<Notice.Event>

    /// Nil without an address: then nothing is written and nothing sent.
    ///
    /// - Parameter values: Values of their keys' kinds.
    /// - Throws: `ConfigurationProblems`.
    init?(_ values: Values) throws {
        events = try Self.events(values.list("notify.events"))
        guard let url = values.text("notify.webhook") else { return nil }
        let secret = try values.text("notify.secret_file").map { try Self.secret(StandardPaths.absolute($0)) }
        guard let webhook = Webhook(url: url, secret: secret) else {
            throw ConfigurationProblems("notify.webhook", "the value is no http or https URL")
        }
        self.webhook = webhook
    }

    private static func events(_ words: [String]) throws -> Set<Notice.Event> {
        guard !words.isEmpty else { return Set(Notice.Event.allCases) }
        let events = try words.map { word in
            guard let event = Notice.Event(rawValue: word) else {
                let known = Notice.Event.allCases.map(\.rawValue).joined(separator: ", ")
                throw ConfigurationProblems("notify.events", "\(word) is none of \(known)")
            }
            return event
        }
        guard Set(events) != [.recovery] else {
            throw ConfigurationProblems("notify.events", "recovery is told of what was told: add failure or overdue")
        }
        return Set(events)
    }

    private static func secret(_ path: String) throws -> SigningSecret {
        let text = try SecretFile.read(path, of: "notify.secret_file")
        guard let secret = SigningSecret(text) else {
            throw ConfigurationProblems("notify.secret_file", "\(path) must hold whsec_ and base 64, or any other text")
        }
        return secret
    }
}
