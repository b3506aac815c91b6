import CCurl
import Glibc

extension EasyHandle {
    /// Why the transfer ended with this code, told by what had happened before.
    func failure(_ code: CURLcode) -> CurlError {
        CurlError(code: meaning(of: code), message: "\(transfer.request): \(describe(code))")
    }

    private func meaning(of code: CURLcode) -> CurlError.Code {
        switch code {
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY,
            CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION:
            // Non-zero after libcurl sent on a kept connection, lost it, and could not get a new one.
            wasSent ? .connectionLost : .couldNotConnect
        case CURLE_SEND_ERROR:
            // A unix socket with a full backlog: libcurl notices only when it writes.
            number(CURLINFO_OS_ERRNO) == Int(ENOTCONN) ? .couldNotConnect : .connectionLost
        case CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: .connectionLost
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_WRITE_ERROR: transfer.isHeadTooLarge ? .tooLarge : .other
        case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_LOGIN_DENIED: .invalidRequest
        // Also what libcurl says of an answer that is not HTTP.
        case CURLE_UNSUPPORTED_PROTOCOL: wasSent ? .other : .invalidRequest
        default: .other
        }
    }

    private var wasSent: Bool { number(CURLINFO_REQUEST_SIZE) > 0 }
}
