import CCurl

/// One libcurl transfer, configured for a request; lives and dies on the loop's thread.
///
/// The `Transfer` crosses C as an unretained pointer: whoever holds this handle holds the transfer too, and libcurl
/// calls back only between `curl_multi_add_handle` and `curl_multi_remove_handle`.
final class EasyHandle {
    let pointer: UnsafeMutableRawPointer
    let transfer: Transfer
    private let message: UnsafeMutablePointer<CChar>
    private var headers: UnsafeMutablePointer<curl_slist>?

    init(transfer: Transfer, environmentProxies: Bool) throws {
        guard let pointer = curl_easy_init() else {
            throw CurlError(code: .other, message: "\(transfer.request): libcurl gave no handle")
        }
        self.pointer = pointer
        self.transfer = transfer
        message = .allocate(capacity: Int(CURL_ERROR_SIZE))
        message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        let request = transfer.request
        try setCallbacks()
        try setTarget(of: request, environmentProxies: environmentProxies)
        try setMethod(of: request)
        try setHeaders(of: request)
    }

    deinit {
        curl_easy_cleanup(pointer)
        curl_slist_free_all(headers)
        message.deallocate()
    }

    /// The transfer that belongs to a handle which libcurl reports.
    static func transfer(of pointer: UnsafeMutableRawPointer) -> Transfer? {
        var context: UnsafeMutableRawPointer?
        guard ccurl_get_private(pointer, &context) == CURLE_OK, let context else { return nil }
        return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }

    /// What libcurl wrote about the failure, or its general text.
    func describe(_ code: CURLcode) -> String {
        message.pointee == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: message)
    }

    /// A number libcurl kept about the transfer.
    func number(_ info: CURLINFO) -> Int {
        var value = 0
        return ccurl_get_long(pointer, info, &value) == CURLE_OK ? value : 0
    }

    private func setCallbacks() throws {
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        try check(ccurl_set_pointer(pointer, CURLOPT_PRIVATE, context))
        try check(ccurl_set_pointer(pointer, CURLOPT_ERRORBUFFER, message))
        try check(ccurl_set_pointer(pointer, CURLOPT_HEADERDATA, context))
        try check(ccurl_set_receive(pointer, CURLOPT_HEADERFUNCTION, receiveHeader))
        try check(ccurl_set_pointer(pointer, CURLOPT_WRITEDATA, context))
        try check(ccurl_set_receive(pointer, CURLOPT_WRITEFUNCTION, receiveBody))
        try check(ccurl_set_close_on_exec(pointer))
        try set(CURLOPT_NOSIGNAL, 1)
        // A cancelled transfer must not hold up the others until a slow name server answers.
        try set(CURLOPT_QUICK_EXIT, 1)
    }

    private func setTarget(of request: HTTPRequest, environmentProxies: Bool) throws {
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_URL, request.url)
        try set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        try set(CURLOPT_FOLLOWLOCATION, 0)
        // In HTTP/2 one slow reader would share its connection with the others.
        try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        if let path = request.unixSocket {
            try set(CURLOPT_UNIX_SOCKET_PATH, path)
        } else {
            try set(CURLOPT_TCP_KEEPALIVE, 1)
        }
        if request.unixSocket != nil || !environmentProxies { try set(CURLOPT_PROXY, "") }
        if !request.reusesConnection {
            try set(CURLOPT_FRESH_CONNECT, 1)
            try set(CURLOPT_FORBID_REUSE, 1)
        }
    }

    private func setMethod(of request: HTTPRequest) throws {
        let needsLength = request.method == "POST" || request.method == "PUT"
        if let body = request.body ?? (needsLength ? [] : nil) {
            try set(CURLOPT_POST, 1)
            // The size first: without it the bytes would be measured as a C string.
            try check(ccurl_set_offset(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
            // An empty array's base may be nil, which would mean a read callback.
            try check((body + [0]).withUnsafeBytes { ccurl_set_body(pointer, $0.baseAddress) })
        }
        if request.method == "HEAD" {
            try set(CURLOPT_NOBODY, 1)
        } else {
            try set(CURLOPT_CUSTOMREQUEST, request.method)
        }
    }

    private func setHeaders(of request: HTTPRequest) throws {
        // A name and a colon alone keep libcurl from adding its own.
        var lines = ["Expect:"]
        if request.headers["content-type"] == nil { lines.append("Content-Type:") }
        for field in request.headers.fields {
            // An empty value is written with a semicolon, for the same reason.
            lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        for line in lines {
            guard let list = curl_slist_append(headers, line) else { throw failure(CURLE_OUT_OF_MEMORY) }
            headers = list
        }
        try check(ccurl_set_headers(pointer, headers))
    }

    private func set(_ option: CURLoption, _ value: Int) throws {
        try check(ccurl_set_long(pointer, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) throws {
        try check(ccurl_set_string(pointer, option, value))
    }

    private func check(_ code: CURLcode) throws {
        if code != CURLE_OK { throw failure(code) }
    }
}

private func receiveHeader(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    // A header cannot pause, only the body can.
    return transfer.receive(line: line) == .taken ? line.count : abort(count: line.count)
}

private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let body = UnsafeRawBufferPointer(start: bytes, count: size * count)
    switch transfer.receive(body: body) {
    case .taken: return body.count
    case .pause: return Int(CURL_WRITEFUNC_PAUSE)
    case .abort: return abort(count: body.count)
    }
}

/// A count that libcurl takes as a refusal: any but the one it offered.
private func abort(count: Int) -> Int {
    count == 0 ? 1 : 0
}
