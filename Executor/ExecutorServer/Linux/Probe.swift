import ExecutorAPI
import Glibc

/// Whether an executor answers on a run folder's socket.
enum Probe {
    /// How long an answer may take, in seconds.
    private static let patience = 5

    static func answers(inFolder folder: String) -> Bool {
        guard let connection = UnixSocket.connect("\(folder)/\(RunFolder.socket)", patience: patience) else {
            return false
        }
        let token = (try? SafeFile.read("\(folder)/\(RunFolder.token)")) ?? nil
        let word = String(decoding: token ?? [], as: UTF8.self).filter { !$0.isWhitespace }
        let request =
            "GET /health HTTP/1.1\r\nHost: executor\r\nConnection: close\r\nAuthorization: Bearer \(word)\r\n\r\n"
        guard (try? connection.writeAll([UInt8](request.utf8))) != nil else { return false }
        var answer = [UInt8](repeating: 0, count: 7)
        let count = recv(connection.number, &answer, answer.count, Int32(MSG_WAITALL))
        return count == answer.count && answer.elementsEqual("HTTP/1.".utf8)
    }
}

/// Unix sockets as clients use them.
enum UnixSocket {
    /// The longest path that fits into a socket's address.
    static let longestPath = 107

    static func connect(_ path: String, patience: Int) -> Descriptor? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count <= longestPath else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard number >= 0 else { return nil }
        let connection = Descriptor(owning: number)
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { return nil }
        return connection
    }
}
