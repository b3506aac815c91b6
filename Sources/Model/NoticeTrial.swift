/// What came of trying whether notices arrive.
package struct NoticeTrial: Hashable, Sendable {
    /// Where it was sent; more of the address is not shown.
    package var host: String
    package var isDelivered: Bool
    /// One sentence on what the receiver answered.
    package var detail: String

    package init(host: String, isDelivered: Bool, detail: String) {
        self.host = host
        self.isDelivered = isDelivered
        self.detail = detail
    }
}
