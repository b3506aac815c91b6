/// What a server of tRPC may choose; the names in parentheses are the reference's.
package struct RPCOptions: Hashable, Sendable {
    /// The largest body in bytes (`maxBodySize`).
    package var maximumBody: Int
    /// The most calls in one request (`maxBatchSize`).
    package var maximumBatch: Int
    /// Whether queries and subscriptions may be sent by POST (`allowMethodOverride`).
    package var allowsMethodOverride: Bool
    /// A `ping` event is sent after so much silence on a subscription (`sse.ping`); nil sends none.
    package var ssePing: Duration?
    /// What clients are told to wait for any event before they connect anew (`sse.client.reconnectAfterInactivityMs`).
    package var reconnectAfterInactivity: Duration?
    /// A subscription's stream ends after so long, and the client connects anew (`sse.maxDurationMs`).
    package var sseMaximumDuration: Duration?
    /// A space is sent after so much silence on a JSONL stream (`jsonl.pingMs`).
    package var jsonlPing: Duration?
    /// Whether errors have a `stack`, as the reference's have outside production.
    package var tellsStacks: Bool

    package init(
        maximumBody: Int = 4 << 20,
        maximumBatch: Int = 100,
        allowsMethodOverride: Bool = false,
        ssePing: Duration? = .seconds(15),
        reconnectAfterInactivity: Duration? = nil,
        sseMaximumDuration: Duration? = nil,
        jsonlPing: Duration? = nil,
        tellsStacks: Bool = false
    ) {
        self.maximumBody = maximumBody
        self.maximumBatch = maximumBatch
        self.allowsMethodOverride = allowsMethodOverride
        self.ssePing = ssePing
        self.reconnectAfterInactivity = reconnectAfterInactivity
        self.sseMaximumDuration = sseMaximumDuration
        self.jsonlPing = jsonlPing
        self.tellsStacks = tellsStacks
    }
}
