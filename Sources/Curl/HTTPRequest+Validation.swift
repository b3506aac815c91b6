extension HTTPRequest {
    /// Throws `.invalidRequest` for what would break out of its place in the request's text, or can never be sent.
    func validate() throws {
        try require(!method.isEmpty && method.utf8.allSatisfy(\.isTokenByte), "the method is not a word")
        let scheme = url.prefix { $0 != ":" }.lowercased()
        try require(
            (scheme == "http" || scheme == "https") && url.dropFirst(scheme.count).hasPrefix("://"),
            "the URL is not absolute http or https"
        )
        try require(url.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }, "the URL has a control character or a space")
        for field in headers.fields {
            try require(
                !field.name.isEmpty && field.name.utf8.allSatisfy(\.isTokenByte),
                "a header's name is not a word"
            )
            try require(
                field.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 },
                "header \(field.name) has a control character"
            )
        }
        try require(body == nil || method != "HEAD", "HEAD cannot have a body")
        try validateSocket()
    }

    private func validateSocket() throws {
        guard let unixSocket else { return }
        try require(!unixSocket.isEmpty && !unixSocket.utf8.contains(0), "the socket's path is empty or has a NUL")
        // sockaddr_un holds 108 bytes with the terminating NUL.
        try require(unixSocket.utf8.count < 108, "the socket's path is longer than 107 bytes")
    }

    private func require(_ condition: Bool, _ message: String) throws {
        if !condition { throw CurlError(code: .invalidRequest, message: "\(self): \(message)") }
    }
}

extension UInt8 {
    /// Whether the byte may stand in a method or a header's name (RFC 9110, token).
    fileprivate var isTokenByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
