import CCurl
import Foundation
import Glibc
import Synchronization

/// An HTTP client on libcurl's multi interface: one thread, which sleeps while nothing happens.
///
/// A deadline, a limit and a bound on memory hold for every request; redirects are not followed. A cancelled task gets
/// a `CancellationError`, every other failure is a `CurlError`. Without `shutdown` the thread ends when the client and
/// its streams are gone.
package final class CurlClient: Sendable {
    private static let globalInit = ccurl_global_init()

    private let mailbox: Mailbox

    /// With `environmentProxies`, `http_proxy` and its kin hold for TCP; they never do for unix sockets.
    package init(environmentProxies: Bool = true) throws {
        guard Self.globalInit == CURLE_OK else {
            throw CurlError(code: .other, message: String(cString: curl_easy_strerror(Self.globalInit)))
        }
        let mailbox = try Mailbox()
        self.mailbox = mailbox
        // libcurl's calls block, which the concurrency pool's threads must not.
        let thread = Thread { Self.serve(mailbox, environmentProxies: environmentProxies) }
        thread.name = "curl"
        thread.start()
    }

    deinit {
        mailbox.stop()
    }

    /// Sends a request and collects the response.
    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let transfer = try start(request, isStream: false)
        defer { transfer.cancel() }
        let head = try await transfer.head()
        var body: [UInt8] = []
        while let chunk = try await transfer.next() {
            guard chunk.count <= request.maximumBody - body.count else {
                throw CurlError(code: .tooLarge, message: "\(request): more than \(request.maximumBody) bytes")
            }
            if body.isEmpty { body = chunk } else { body += chunk }
        }
        return HTTPResponse(status: head.status, headers: head.headers, body: body)
    }

    /// Sends a request and returns when the response's head is there.
    package func stream(_ request: HTTPRequest) async throws -> HTTPStream {
        let transfer = try start(request, isStream: true)
        let body = HTTPBody(transfer: transfer, client: self)
        let head = try await transfer.head()
        return HTTPStream(status: head.status, headers: head.headers, body: body)
    }

    /// Ends outstanding requests with `.cancelled` and returns when the thread has closed every connection.
    package func shutdown() async {
        mailbox.stop()
        await mailbox.closed()
    }

    /// How often the thread has woken.
    var passes: Int { mailbox.passes.load(ordering: .relaxed) }

    private func start(_ request: HTTPRequest, isStream: Bool) throws -> Transfer {
        try Task.checkCancellation()
        try request.validate()
        let transfer = Transfer(request: request, isStream: isStream, mailbox: mailbox)
        guard mailbox.post(.start(transfer)) else { throw CurlError.shutDown }
        return transfer
    }

    /// The thread's life.
    private static func serve(_ mailbox: Mailbox, environmentProxies: Bool) {
        // libcurl sends with MSG_NOSIGNAL, but with NOSIGNAL it does not shield what its TLS library writes.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        if var loop = TransferLoop(mailbox: mailbox, environmentProxies: environmentProxies) { loop.run() }
        mailbox.close()
    }
}
