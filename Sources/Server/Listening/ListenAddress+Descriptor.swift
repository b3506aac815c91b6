import Glibc

extension ListenAddress {
    /// Where a descriptor is bound; nil when that is neither TCP nor a path.
    init?(of descriptor: CInt) {
        switch Self.name(of: descriptor) {
        case .some(let name) where name.family == AF_UNIX:
            guard let path = Self.path(name.storage, name.length) else { return nil }
            self = .unix(path: path)
        case .some(let name) where name.family == AF_INET || name.family == AF_INET6:
            guard let host = Self.host(name.storage, name.length) else { return nil }
            self = .tcp(host: host, port: Self.port(of: descriptor))
        default: return nil
        }
    }

    /// The TCP port that a descriptor is bound to.
    static func port(of descriptor: CInt) -> Int {
        guard var storage = name(of: descriptor)?.storage else { return 0 }
        // IPv4 and IPv6 have the port at the same place.
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                Int(UInt16(bigEndian: $0.pointee.sin_port))
            }
        }
    }

    private static func name(
        of descriptor: CInt
    ) -> (storage: sockaddr_storage, family: CInt, length: socklen_t)? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return status == 0 ? (storage, CInt(storage.ss_family), length) : nil
    }

    private static func path(_ storage: sockaddr_storage, _ length: socklen_t) -> String? {
        let bytes = withUnsafeBytes(of: storage) { raw in
            raw.prefix(Int(length)).dropFirst(MemoryLayout<sa_family_t>.size).prefix { $0 != 0 }.map { $0 }
        }
        // An abstract name begins with a zero.
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    private static func host(_ storage: sockaddr_storage, _ length: socklen_t) -> String? {
        var storage = storage
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let status = withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getnameinfo($0, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            }
        }
        guard status == 0 else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
