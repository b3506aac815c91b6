/// Decides which values of the `Host` header are ours, so that a name which somebody points at us opens nothing.
struct HostCheck: Sendable {
    private let names: Set<String>

    /// Loopback names are always allowed.
    init(allowed: [String]) {
        names = Set(["localhost", "127.0.0.1", "[::1]"] + allowed.map { $0.lowercased() })
    }

    func allows(_ host: String?) -> Bool {
        guard let host, let name = Self.name(of: host) else { return false }
        return names.contains(name) || names.contains(host.lowercased())
    }

    /// The name without port and trailing dot, in lower case; nil for what is no host.
    static func name(of host: String) -> String? {
        var name = Substring(host)
        if let colon = name.lastIndex(of: ":"), !name.hasSuffix("]") {
            let port = name[name.index(after: colon)...]
            guard port.utf8.allSatisfy({ (48...57).contains($0) }), UInt16(port) != nil else { return nil }
            name = name[..<colon]
        }
        if name.hasSuffix(".") { name.removeLast() }
        guard !name.isEmpty, !name.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F || "/@?#\\".utf8.contains($0) })
        else { return nil }
        return name.lowercased()
    }
}
