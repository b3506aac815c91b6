import Server
import Testing

/// What `HOST:PORT` may be.
struct ListenAddressTests {
    @Test(
        arguments: [
            ("127.0.0.1:4000", "127.0.0.1", 4000, true), ("0.0.0.0:0", "0.0.0.0", 0, false),
            ("[::1]:4000", "::1", 4000, true), ("[::]:80", "::", 80, false),
            ("localhost:65535", "localhost", 65_535, true),
            ("127.1.2.3:1", "127.1.2.3", 1, true), ("192.168.1.5:4000", "192.168.1.5", 4000, false),
        ]
    )
    func anAddressIsRead(_ text: String, _ host: String, _ port: Int, _ isLocal: Bool) throws {
        let address = try ListenAddress(parsing: text)
        #expect(address == .tcp(host: host, port: port))
        #expect(address.isLocal == isLocal)
        #expect(address.description == text)
    }

    @Test(
        arguments: [
            "", ":", "4000", ":4000", "localhost", "localhost:", "localhost:x", "localhost:-1", "localhost:65536",
            "localhost:+80", "localhost: 80", "localhost:8 0", "[]:80", "::1:4000", "[::1:4000", "::1]:4000", "[::1]",
            "[127.0.0.1]:80",
        ]
    )
    func whatIsNoAddressIsRefused(_ text: String) {
        #expect(throws: ListenError.self) { try ListenAddress(parsing: text) }
    }

    /// Such a name may be anyone's address, and a local listener asks for no token.
    @Test(arguments: ["127.evil.example:80", "127.0.0.1.nip.io:80", "127.:80", "localhost.evil.example:80"])
    func aNameThatLooksLocalIsNot(_ text: String) {
        #expect((try? ListenAddress(parsing: text))?.isLocal != true)
    }

    @Test func aUnixSocketIsLocal() {
        #expect(ListenAddress.unix(path: "/run/s").isLocal)
        #expect(ListenAddress.unix(path: "/run/s").description == "/run/s")
    }
}
