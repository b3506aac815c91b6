import Synchronization

/// How far each conversation of a script is, and all requests that came.
final class Conversations: Sendable {
    private struct State: Sendable {
        var requests: [RecordedRequest] = []
        var positions: [String: Int] = [:]
    }

    private let script: MessageScript
    private let state = Mutex(State())

    init(_ script: MessageScript) {
        self.script = script
    }

    var requests: [RecordedRequest] { state.withLock { $0.requests } }

    /// Keeps a request; answers its number, from 1.
    func record(_ request: RecordedRequest) -> Int {
        var request = request
        request.prompt = script.prompt(of: request)
        return state.withLock { state in
            state.requests.append(request)
            return state.requests.count
        }
    }

    /// The next reply of the conversation that a request belongs to; nil when the script has none.
    func reply(to request: RecordedRequest) -> MessageReply? {
        if request.isSide { return script.side }
        guard let prompt = script.prompt(of: request) else { return nil }
        let position = state.withLock { state in
            state.positions[prompt, default: 0] += 1
            return state.positions[prompt, default: 1] - 1
        }
        return script.reply(to: prompt, at: position)
    }
}
