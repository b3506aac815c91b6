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

    /// Whether any page of another origin may use the service.
    var isOpen: Bool { allowsAll || !allowed.isEmpty }

    /// What `Access-Control-Allow-Origin` is to say to a page; nil for nothing.
    func allowance(for origin: String?) -> String? {
        if allowsAll { return "*" }
        guard let origin, allowed.contains(origin.lowercased()) else { return nil }
        return origin
    }

    /// Whether answers differ by the page that asks.
    var tellsOriginsApart: Bool { !allowsAll && !allowed.isEmpty }
}
