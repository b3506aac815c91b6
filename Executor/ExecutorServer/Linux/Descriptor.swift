import CLinux
import Glibc

/// A file descriptor that is closed when its owner goes.
struct Descriptor: ~Copyable, Sendable {
    let number: CInt

    init(owning number: CInt) {
        self.number = number
    }

    deinit {
        close(number)
    }

    /// Opens a file that programs started later do not inherit.
    static func open(_ path: String, _ flags: CInt, mode: mode_t = 0o640) throws(SystemFailure) -> Descriptor {
        let number = Glibc.open(path, flags | O_CLOEXEC, mode)
        guard number >= 0 else { throw SystemFailure("open \(path)") }
        return Descriptor(owning: number)
    }

    /// Keeps whatever descriptors this process was given, the three standard ones aside, from all that it starts.
    static func closeAllAtExec() {
        for number in SafeFile.names(in: "/proc/self/fd").compactMap({ CInt($0) }) where number > 2 {
            _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        }
    }

    /// Writes all bytes, however many calls that takes.
    func writeAll(_ bytes: UnsafeRawBufferPointer) throws(SystemFailure) {
        var rest = bytes
        while !rest.isEmpty {
            let count = write(number, rest.baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemFailure("write")
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    func writeAll(_ bytes: [UInt8]) throws(SystemFailure) {
        let outcome = bytes.withUnsafeBytes { buffer in
            Result { () throws(SystemFailure) in try writeAll(buffer) }
        }
        try outcome.get()
    }

    func sync() throws(SystemFailure) {
        guard fsync(number) == 0 else { throw SystemFailure("fsync") }
    }

    /// The bytes from a place in the file, at most `count`.
    func read(at offset: Int, count: Int) throws(SystemFailure) -> [UInt8] {
        var failure: SystemFailure?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(number, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = SystemFailure("read") }
                if got <= 0 { break }
                filled += got
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Writes what is left to read here to another file, without holding it.
    func copyAll(to target: borrowing Descriptor) throws(SystemFailure) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = Glibc.read(number, buffer.baseAddress, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw SystemFailure("read") }
            if count == 0 { return }
            try target.writeAll(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
        }
    }

    /// Lets `read` and `write` return at once when there is nothing to do.
    func setNonBlocking() {
        _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
    }
}

/// The two ends of a pipe, neither inherited by programs started later.
struct Pipe: ~Copyable, Sendable {
    let reading: Descriptor
    let writing: Descriptor

    init() throws(SystemFailure) {
        let ends = try Self.open()
        reading = Descriptor(owning: ends.reading)
        writing = Descriptor(owning: ends.writing)
    }

    /// A pipe whose ends the caller closes; it takes so many bytes as far as the kernel allows it.
    static func open(capacity: CInt? = nil) throws(SystemFailure) -> (reading: CInt, writing: CInt) {
        var ends: [CInt] = [-1, -1]
        guard caretaker_pipe(&ends) == 0 else { throw SystemFailure("pipe") }
        if let capacity { _ = fcntl(ends[0], 1031, capacity) }  // F_SETPIPE_SZ
        return (ends[0], ends[1])
    }
}
