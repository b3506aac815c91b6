import CCurl
import Glibc
import Synchronization

/// The one owner of libcurl's handles: a loop on its own thread that sleeps until a socket, a deadline or mail.
///
/// Made inside the thread's function and never leaving it, so none of its pointers crosses a thread.
struct TransferLoop: ~Copyable {
    /// How many idle connections are kept; the oldest goes first.
    private static let maximumIdle = 32

    private let multi: UnsafeMutableRawPointer
    private let mailbox: Mailbox
    private let environmentProxies: Bool
    private var handles: [ObjectIdentifier: EasyHandle] = [:]

    /// `nil` when libcurl has no memory left.
    init?(mailbox: Mailbox, environmentProxies: Bool) {
        guard let multi = curl_multi_init() else { return nil }
        self.multi = multi
        self.mailbox = mailbox
        self.environmentProxies = environmentProxies
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.maximumIdle)
    }

    deinit {
        curl_multi_cleanup(multi)
    }

    /// Serves transfers until the mailbox says stop, then ends those that are left.
    mutating func run() {
        while serve() {
            mailbox.passes.add(1, ordering: .relaxed)
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            finishCompleted()
            let timeout = expire()
            var mail = curl_waitfd(fd: mailbox.wakeUp, events: Int16(CURL_WAIT_POLLIN), revents: 0)
            curl_multi_poll(multi, &mail, 1, timeout, nil)
        }
        for handle in handles.values {
            remove(handle.transfer)
            handle.transfer.finish(.failure(CurlError.shutDown))
        }
    }

    /// Obeys the mail; `false` when the loop must end.
    private mutating func serve() -> Bool {
        let (commands, isStopping) = mailbox.take()
        for command in commands {
            switch command {
            case .start(let transfer): start(transfer, isRefused: isStopping)
            case .resume(let transfer): resume(transfer)
            case .cancel(let transfer): remove(transfer)
            }
        }
        return !isStopping
    }

    private mutating func start(_ transfer: Transfer, isRefused: Bool) {
        do {
            if isRefused { throw CurlError.shutDown }
            let handle = try EasyHandle(transfer: transfer, environmentProxies: environmentProxies)
            let code = curl_multi_add_handle(multi, handle.pointer)
            guard code == CURLM_OK else {
                let reason = String(cString: curl_multi_strerror(code))
                throw CurlError(code: .other, message: "\(transfer.request): \(reason)")
            }
            handles[ObjectIdentifier(transfer)] = handle
        } catch {
            transfer.finish(.failure(error))
        }
    }

    private mutating func resume(_ transfer: Transfer) {
        guard let handle = handles[ObjectIdentifier(transfer)] else { return }
        let code = curl_easy_pause(handle.pointer, Int32(CURLPAUSE_CONT))
        if code != CURLE_OK { end(handle, .failure(handle.failure(code))) }
    }

    private mutating func finishCompleted() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left)?.pointee {
            guard message.msg == CURLMSG_DONE, let pointer = message.easy_handle,
                let transfer = EasyHandle.transfer(of: pointer), let handle = handles[ObjectIdentifier(transfer)]
            else { continue }
            let code = message.data.result
            end(handle, code == CURLE_OK ? .success(()) : .failure(handle.failure(code)))
        }
    }

    /// Ends what is overdue; returns the milliseconds until the next deadline.
    private mutating func expire() -> Int32 {
        let now = ContinuousClock.now
        var next: ContinuousClock.Instant?
        for handle in handles.values {
            guard let deadline = handle.transfer.deadline else { continue }
            if deadline <= now {
                end(handle, .failure(CurlError(code: .timedOut, message: "\(handle.transfer.request): timed out")))
            } else {
                next = min(next ?? deadline, deadline)
            }
        }
        guard let next else { return .max }
        // Rounded up: waking a fraction early would spin until the deadline.
        let milliseconds = now.duration(to: next) / .milliseconds(1)
        return milliseconds < Double(Int32.max) ? Int32(milliseconds.rounded(.up)) : .max
    }

    private mutating func end(_ handle: EasyHandle, _ result: Result<Void, any Error>) {
        // First out of libcurl, so that a finished request holds no connection.
        remove(handle.transfer)
        handle.transfer.finish(result)
    }

    private mutating func remove(_ transfer: Transfer) {
        guard let handle = handles.removeValue(forKey: ObjectIdentifier(transfer)) else { return }
        curl_multi_remove_handle(multi, handle.pointer)
    }
}
