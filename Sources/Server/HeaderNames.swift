import HTTPTypes

/// Header names that HTTPTypes does not have.
extension HTTPField.Name {
    static let crossOriginResourcePolicy = named("Cross-Origin-Resource-Policy")
    static let lastEventID = named("Last-Event-ID")
    static let referrerPolicy = named("Referrer-Policy")
    static let secFetchMode = named("Sec-Fetch-Mode")
    static let secFetchSite = named("Sec-Fetch-Site")
    static let trpcAccept = named("trpc-accept")
    static let xAccelBuffering = named("X-Accel-Buffering")
    static let xPrometheusScrapeTimeout = named("X-Prometheus-Scrape-Timeout-Seconds")

    private static func named(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is no name of a header") }
        return name
    }
}
