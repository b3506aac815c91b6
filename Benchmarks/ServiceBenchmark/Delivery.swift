import CLinux
import Foundation
import Glibc
import TestSupport

/// Live delivery: many readers of one run on one thread, which looks at the time that each line carries.
struct Delivery {
    let service: ServiceUnderTest
    let readers: Int
    let lines: Int
    let size: Int
    /// Milliseconds between two lines.
    let pause: Int

    func measure() async throws {
        let repository = try await GitRepository(at: "\(service.folder)/repository-\(readers)-\(pause)")
        let gate = "\(service.folder)/gate-\(readers)-\(pause)"
        let before = Memory.resident(of: await service.pid)
        let run = try await service.startRun(
            ["stamped \(gate) \(lines) \(size) \(pause)"],
            repository: repository.path
        )
        let port = await service.port
        let cpu = Memory.cpu(of: await service.pid)
        let crowd = Crowd(port: port, path: "/runs/\(run)/events", readers: readers, wanted: lines)
        let result = try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        try crowd.read { _ = FileManager.default.createFile(atPath: gate, contents: nil) }
                    }
                )
            }
        }
        let peak = Memory.peak(of: await service.pid)
        let used = Memory.cpu(of: await service.pid) - cpu
        let sorted = result.delays.sorted()
        guard let worst = sorted.last, result.seconds > 0 else { return print("delivery           nothing arrived") }
        print(
            "delivery           \(readers) readers × \(lines) lines of \(size) B: \(result.delays.count) of "
                + "\(readers * lines) arrived, \(Int(Double(result.delays.count) / result.seconds))/s; p50 "
                + "\(milliseconds(sorted[sorted.count / 2])), p99 \(milliseconds(sorted[sorted.count * 99 / 100])) (aim 25 ms at 1,000 readers), worst "
                + "\(milliseconds(worst)); service \(rounded(used)) s of CPU in \(rounded(result.seconds)) s, "
                + "\((peak - before) / max(1, readers)) KB a reader at most"
        )
    }

    private func milliseconds(_ microseconds: Int) -> String { "\(rounded(Double(microseconds) / 1000)) ms" }
}

/// Connections that all read the same stream, watched by one thread.
private struct Crowd {
    struct Result {
        var delays: [Int] = []
        var seconds = 0.0
    }

    struct Failure: Error {
        let reason: String
    }

    let port: Int
    let path: String
    let readers: Int
    let wanted: Int

    func read(whenReady: () -> Void) throws -> Result {
        let sockets = try (0..<readers).map { _ in try connect() }
        defer { for socket in sockets { close(socket) } }
        var rests = [[UInt8]](repeating: [], count: readers)
        var entries = sockets.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var result = Result()
        result.delays.reserveCapacity(readers * wanted)
        var greeted = Set<Int>()
        var began: Int?
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { chunk.deallocate() }
        while result.delays.count < readers * wanted {
            guard poll(&entries, nfds_t(entries.count), 30_000) > 0 else { break }
            for index in entries.indices where entries[index].revents != 0 {
                let count = recv(entries[index].fd, chunk.baseAddress, chunk.count, 0)
                guard count > 0 else {
                    entries[index].fd = -1
                    continue
                }
                let now = Self.now
                rests[index].append(contentsOf: UnsafeRawBufferPointer(rebasing: chunk[..<count]))
                let before = result.delays.count
                Self.take(&rests[index], now: now, into: &result.delays)
                if result.delays.count > before, began == nil { began = now }
                if greeted.insert(index).inserted, greeted.count == readers { whenReady() }
            }
        }
        result.seconds = Double(Self.now - (began ?? Self.now)) / 1e6
        return result
    }

    /// Takes the times out of the whole lines that arrived.
    private static func take(_ rest: inout [UInt8], now: Int, into delays: inout [Int]) {
        let mark = Array(#""model":"test-agent","content":[{"type":"text","text":""#.utf8)
        guard let end = rest.lastIndex(of: 0x0A) else { return }
        rest.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            var place = 0
            while place < end, let found = memmem(base + place, end - place, mark, mark.count) {
                var digit = UnsafeRawPointer(found) - base + mark.count
                var time = 0
                while digit < end, (48...57).contains(bytes[digit]) {
                    time = time * 10 + Int(bytes[digit] - 48)
                    digit += 1
                }
                delays.append(now - time)
                place = digit
            }
        }
        rest.removeSubrange(...end)
    }

    private func connect() throws -> CInt {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(reason: "connect: \(errno)") }
        let request = Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, 0) == request.count else { throw Failure(reason: "send") }
        return descriptor
    }

    private static var now: Int {
        Int(Date().timeIntervalSince1970 * 1e6)
    }
}
