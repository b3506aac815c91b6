/// Decides whether a browser's request comes from a page that may use the service.
struct OriginCheck: Sendable {
    private let allowed: Set<String>
    private let allowsAll: Bool

    init(allowed: [String]) {
        self.allowed = Set(allowed.map { $0.lowercased() })
        allowsAll = allowed.contains("*")
    }

    /// Decides about a request.
    ///
    /// - Parameters:
    ///   - origin: The `Origin` header; programs that are no browsers send none.
    ///   - host: The `Host` header, already found to be ours.
    ///   - fetchSite: The `Sec-Fetch-Site` header.
    ///   - isNavigation: Whether a person followed a link: that may come from anywhere.
    /// - Returns: Whether it may go on.
    func allows(origin: String?, host: String, fetchSite: String?, isNavigation: Bool) -> Bool {
        if let origin {
            let origin = origin.lowercased()
            let isOwn = origin == "http://\(host.lowercased())" || origin == "https://\(host.lowercased())"
            return allowsAll || isOwn || allowed.contains(origin)
        }
        guard let fetchSite else { return true }
        return fetchSite == "same-origin" || fetchSite == "none" || isNavigation || allowsAll
    }
}
