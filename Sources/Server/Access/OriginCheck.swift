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
        if let origin { return allowsAll || Self.isOwn(origin, host) || allowed.contains(origin.lowercased()) }
        guard let fetchSite else { return true }
        return fetchSite == "same-origin" || fetchSite == "none" || isNavigation || allowsAll
    }

    /// Whether a request surely comes from a page of the service itself, or from nobody's, so that a cookie may speak
    /// for it.
    ///
    /// Browsers send cookies to every port of a host, whatever `SameSite` says, so that this alone tells pages apart.
    ///
    /// - Parameters:
    ///   - origin: The `Origin` header, which browsers send with every unsafe method.
    ///   - host: The `Host` header, already found to be ours.
    ///   - fetchSite: The `Sec-Fetch-Site` header, which browsers send over https and to loopback.
    ///   - isSafe: Whether the method changes nothing.
    /// - Returns: Whether a cookie counts; allowed origins make no difference.
    static func isOwnPage(origin: String?, host: String, fetchSite: String?, isSafe: Bool) -> Bool {
        if let fetchSite, fetchSite != "same-origin", !(fetchSite == "none" && isSafe) { return false }
        if let origin { return isOwn(origin, host) }
        return isSafe || fetchSite != nil
    }

    private static func isOwn(_ origin: String, _ host: String) -> Bool {
        let (origin, host) = (origin.lowercased(), host.lowercased())
        return origin == "http://\(host)" || origin == "https://\(host)"
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
