/// Reads the ways of writing a repository's address, and refuses the rest with a sentence that says why.
struct AddressParser {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    func address() throws(RepositoryError) -> RepositoryAddress {
        try refuseRawFaults()
        if text.utf8.first == UInt8(ascii: "/") { return try local(text) }
        if let (scheme, rest) = split(text, at: "://") { return try url(scheme: scheme.lowercased(), rest: rest) }
        if text.utf8.contains(UInt8(ascii: "@")) { return try secureCopyForm() }
        return try ownerAndName()
    }

    private func refuseRawFaults() throws(RepositoryError) {
        let bytes = text.utf8
        if bytes.isEmpty { throw refusal("is empty") }
        if bytes.count > 2048 { throw refusal("is longer than 2048 bytes") }
        if bytes.contains(where: { $0 < 0x20 || $0 == 0x7f }) { throw refusal("holds a control character") }
        if bytes.contains(UInt8(ascii: " ")) { throw refusal("holds a space") }
        if bytes.first == UInt8(ascii: "-") { throw refusal("starts with `-`") }
        if bytes.first == UInt8(ascii: "~") { throw refusal("starts with `~`: write the whole path") }
        if let (helper, _) = split(text, at: "::"), helper.utf8.allSatisfy(AddressText.isSchemeCharacter) {
            throw refusal("names a git remote helper (`\(helper)::`), which is not allowed")
        }
    }

    private func ownerAndName() throws(RepositoryError) -> RepositoryAddress {
        guard text.utf8.count(where: { $0 == UInt8(ascii: "/") }) == 1, let (owner, written) = split(text, at: "/")
        else {
            throw refusal("is neither `owner/name` on GitHub, a URL, `user@host:path`, nor an absolute path")
        }
        return try github(owner: owner, name: written)
    }

    private func github(owner: String, name written: String) throws(RepositoryError) -> RepositoryAddress {
        let name = written.hasSuffix(".git") ? String(written.dropLast(4)) : written
        guard AddressText.isGitHubOwner(owner), AddressText.isGitHubName(name) else {
            throw refusal("is no `owner/name` that GitHub allows")
        }
        return RepositoryAddress(kind: .github, url: "ssh://git@github.com/\(owner)/\(name).git", host: "github.com")
    }

    private func secureCopyForm() throws(RepositoryError) -> RepositoryAddress {
        guard let (user, rest) = split(text, at: "@"), let (host, path) = splitHost(rest) else {
            throw refusal("is neither `owner/name`, a URL, nor `user@host:path`")
        }
        let name = try checkedHost(host)
        try checkUser(user)
        let parts = try checkedPath(path.utf8.first == UInt8(ascii: "/") ? String(path.dropFirst()) : path)
        if let known = try gitHubOverSSH(user: user, host: name, port: nil, parts: parts) { return known }
        let lead = path.utf8.first == UInt8(ascii: "/") ? "/" : ""
        let url = "\(user)@\(name):\(lead)\(parts.joined(separator: "/"))"
        return RepositoryAddress(kind: .ssh, url: url, host: name)
    }

    private func url(scheme: String, rest: String) throws(RepositoryError) -> RepositoryAddress {
        switch scheme {
        case "https": try network(.https, scheme: scheme, usualPort: 443, rest: rest)
        case "http": try network(.http, scheme: scheme, usualPort: 80, rest: rest)
        case "git": try network(.git, scheme: scheme, usualPort: 9418, rest: rest)
        case "ssh": try network(.ssh, scheme: scheme, usualPort: 22, rest: rest)
        case "file": try file(rest)
        default: throw refusal("has a scheme other than https, http, ssh, git and file")
        }
    }

    private func file(_ rest: String) throws(RepositoryError) -> RepositoryAddress {
        let path = rest.hasPrefix("localhost/") ? String(rest.dropFirst(9)) : rest
        guard path.utf8.first == UInt8(ascii: "/") else { throw refusal("names another host in a file URL") }
        if path.utf8.contains(UInt8(ascii: "%")) { throw refusal("holds a percent sign in a file URL") }
        return try local(path)
    }

    private func local(_ path: String) throws(RepositoryError) -> RepositoryAddress {
        // By bytes: a combining mark behind a slash would hide it from a split by characters.
        let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
        if parts.isEmpty { throw refusal("is the root folder") }
        if parts.contains(where: { $0 == "." || $0 == ".." }) { throw refusal("holds a `.` or `..` part") }
        return RepositoryAddress(kind: .local, url: "/" + parts.joined(separator: "/"), host: nil)
    }

    private func network(
        _ kind: RepositoryAddress.Kind,
        scheme: String,
        usualPort: Int,
        rest: String
    ) throws(RepositoryError) -> RepositoryAddress {
        guard let (authority, path) = split(rest, at: "/") else { throw refusal("has no path") }
        let (user, hostAndPort) = try userAndHost(authority, kind: kind)
        let (host, port) = try hostAndPortNumber(hostAndPort)
        let parts = try checkedPath(path, mayEscape: kind == .https || kind == .http)
        let shownPort = port == usualPort ? nil : port
        if kind == .ssh, let known = try gitHubOverSSH(user: user, host: host, port: shownPort, parts: parts) {
            return known
        }
        let place = host + (shownPort.map { ":\($0)" } ?? "")
        let url = "\(scheme)://\(user.map { "\($0)@" } ?? "")\(place)/\(parts.joined(separator: "/"))"
        return RepositoryAddress(kind: kind, url: url, host: place)
    }

    /// Gives every way of writing a GitHub repository over SSH the same spelling.
    private func gitHubOverSSH(
        user: String?,
        host: String,
        port: Int?,
        parts: [String]
    ) throws(RepositoryError) -> RepositoryAddress? {
        guard host == "github.com", user == "git", port == nil, parts.count == 2 else { return nil }
        return try github(owner: parts[0], name: parts[1])
    }

    private func userAndHost(
        _ authority: String,
        kind: RepositoryAddress.Kind
    ) throws(RepositoryError) -> (user: String?, host: String) {
        guard let (user, host) = split(authority, at: "@") else { return (nil, authority) }
        switch kind {
        case .https, .http:
            throw refusal("holds a user name or password: put the token into the file of `git.https_token_file`")
        case .ssh:
            if user.utf8.contains(UInt8(ascii: ":")) {
                throw refusal("holds a password: SSH uses the key of `git.ssh_key_file`")
            }
            try checkUser(user)
            return (user, host)
        case .git, .github, .local:
            throw refusal("holds a user name, which the git protocol does not know")
        }
    }

    private func hostAndPortNumber(_ text: String) throws(RepositoryError) -> (host: String, port: Int?) {
        if text.utf8.first == UInt8(ascii: "["), let (inside, after) = split(text, at: "]") {
            let host = try checkedHost(inside + "]")
            if after.isEmpty { return (host, nil) }
            guard after.utf8.first == UInt8(ascii: ":") else { throw refusal("has a host that is no host name") }
            return (host, try portNumber(String(after.dropFirst())))
        }
        guard let (host, port) = split(text, at: ":") else { return (try checkedHost(text), nil) }
        return (try checkedHost(host), try portNumber(port))
    }

    private func portNumber(_ text: String) throws(RepositoryError) -> Int {
        let isDigits = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isDigits, text.utf8.count <= 5, let port = Int(text), (1...65535).contains(port) else {
            throw refusal("has a port that is no number from 1 to 65535")
        }
        return port
    }

    private func checkedHost(_ host: String) throws(RepositoryError) -> String {
        // Letters outside ASCII may have lower-case forms inside it.
        let lowered = host.utf8.allSatisfy { $0 < 0x80 } ? host.lowercased() : host
        guard AddressText.isHost(lowered) else { throw refusal("has a host that is no host name") }
        return lowered
    }

    private func checkUser(_ user: String) throws(RepositoryError) {
        guard AddressText.isUser(user) else { throw refusal("has a user name that is not plain") }
    }

    private func checkedPath(_ path: String, mayEscape: Bool = false) throws(RepositoryError) -> [String] {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.last?.isEmpty == true { parts.removeLast() }
        if parts.isEmpty { throw refusal("has no path") }
        if parts.contains(where: \.isEmpty) { throw refusal("has an empty part in its path") }
        if parts.contains(where: { $0 == "." || $0 == ".." }) { throw refusal("holds a `.` or `..` part") }
        if parts[0].utf8.first == UInt8(ascii: "-") { throw refusal("has a path that starts with `-`") }
        for part in parts where !AddressText.isPathPart(part, mayEscape: mayEscape) {
            throw refusal("has a character in its path that is not allowed")
        }
        return parts
    }

    /// Splits `host:path`, where the host may be an IPv6 address in brackets.
    private func splitHost(_ text: String) -> (String, String)? {
        if text.utf8.first == UInt8(ascii: "[") {
            guard let (inside, path) = split(text, at: "]:") else { return nil }
            return (inside + "]", path)
        }
        return split(text, at: ":")
    }

    /// Splits at the first occurrence; an IPv6 host keeps its opening bracket.
    private func split(_ text: String, at separator: String) -> (String, String)? {
        let bytes = Array(text.utf8)
        let wanted = Array(separator.utf8)
        guard bytes.count >= wanted.count else { return nil }
        for start in 0...(bytes.count - wanted.count) where bytes[start..<(start + wanted.count)] == wanted[...] {
            return (
                String(decoding: bytes[..<start], as: UTF8.self),
                String(decoding: bytes[(start + wanted.count)...], as: UTF8.self)
            )
        }
        return nil
    }

    private func refusal(_ reason: String) -> RepositoryError {
        RepositoryError(.invalidInput, "`repository` \(reason).")
    }
}
