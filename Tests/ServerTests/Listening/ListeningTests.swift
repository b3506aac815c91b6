import Curl
import Foundation
import Glibc
import Server
import Testing

/// How sockets are bound and served.
@Suite(.timeLimit(.minutes(10))) struct ListeningTests {
    @Test func bothListenersServe() async throws {
        try await TestService.run { service in
            #expect(service.port > 0)
            let page = try await service.get("/")
            #expect(page.status == 200)
            let request = HTTPRequest(url: "http://localhost/trpc/tasks.list", unixSocket: service.socket)
            for _ in 0..<3 {
                #expect(try await service.client.send(request).text == #"{"result":{"data":[]}}"#)
            }
        }
    }

    @Test func aUnixSocketIsForOwnerAndGroup() async throws {
        try await TestService.run { service in
            var status = stat()
            #expect(stat(service.socket, &status) == 0)
            #expect(status.st_mode & S_IFMT == S_IFSOCK)
            #expect(status.st_mode & 0o7777 == 0o660)
        }
    }

    @Test func aPathThatIsTooLongOrEmptyIsRefused() throws {
        let folder = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(folder) }
        let fits = "\(folder)/" + String(repeating: "s", count: 106 - folder.utf8.count)
        #expect(fits.utf8.count == 107)
        close(try ListeningSocket(binding: .unix(path: fits)).descriptor)
        #expect(throws: ListenError.self) { try ListeningSocket(binding: .unix(path: fits + "s")) }
        #expect(throws: ListenError.self) { try ListeningSocket(binding: .unix(path: "")) }
        #expect(throws: ListenError.self) { try ListeningSocket(binding: .unix(path: "\(folder)/none/s")) }
    }

    @Test func aSocketOnWhichSomebodyAnswersIsNotTaken() throws {
        let folder = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(folder) }
        let socket = try ListeningSocket(binding: .unix(path: "\(folder)/s"))
        #expect(throws: ListenError.self) { try ListeningSocket(binding: .unix(path: "\(folder)/s")) }
        _ = try RawConnection(unix: "\(folder)/s")
        close(socket.descriptor)
    }

    @Test func aStaleSocketIsReplacedAndAFileIsNot() throws {
        let folder = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(folder) }
        let path = "\(folder)/s"
        close(try ListeningSocket(binding: .unix(path: path)).descriptor)
        #expect(access(path, F_OK) == 0)
        let socket = try ListeningSocket(binding: .unix(path: path))
        _ = try RawConnection(unix: path)
        close(socket.descriptor)
        let file = "\(folder)/file"
        #expect(FileManager.default.createFile(atPath: file, contents: Data("precious".utf8)))
        #expect(throws: ListenError.self) { try ListeningSocket(binding: .unix(path: file)) }
        #expect(FileManager.default.contents(atPath: file) == Data("precious".utf8))
    }

    @Test func whatSomebodyElseBoundIsTakenOverWithItsAddress() throws {
        let path = "/tmp/ct-inherited-\(UInt32.random(in: .min ... .max))"
        defer { unlink(path) }
        for address in [ListenAddress.unix(path: path), .tcp(host: "127.0.0.1", port: 0)] {
            let bound = try ListeningSocket(binding: address)
            defer { close(bound.descriptor) }
            let inherited = try ListeningSocket(inheriting: bound.descriptor)
            #expect(inherited.address == bound.address)
            #expect(inherited.isInherited && !bound.isInherited)
        }
    }

    @Test func whatIsNoListeningSocketIsNotTakenOver() throws {
        var pair: [CInt] = [0, 0]
        #expect(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &pair) == 0)
        let datagrams = socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
        for descriptor in pair + [datagrams, -1] {
            #expect(throws: ListenError.self) { try ListeningSocket(inheriting: descriptor) }
            close(descriptor)
        }
    }

    @Test func aPortThatIsTakenIsRefused() throws {
        let first = try ListeningSocket(binding: .tcp(host: "127.0.0.1", port: 0))
        defer { close(first.descriptor) }
        #expect(throws: ListenError.self) { try ListeningSocket(binding: first.address) }
    }

    @Test(arguments: ["127.0.0.1", "::1", "localhost"])
    func portZeroTellsTheRealPort(_ host: String) throws {
        guard let socket = try? ListeningSocket(binding: .tcp(host: host, port: 0)) else {
            // A machine may be without IPv6.
            #expect(host == "::1")
            return
        }
        defer { close(socket.descriptor) }
        guard case .tcp(_, let port) = socket.address else { throw TestFailure("no port") }
        #expect(port > 0)
        #expect(throws: ListenError.self) { try ListeningSocket(binding: socket.address) }
    }
}
