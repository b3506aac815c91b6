import Foundation
import Glibc
import Journal
import Server

/// The token of the listener that others than this machine's users can reach.
enum AccessToken {
    /// The token of `server.token_file`; nil when none is set and none is needed.
    static func read(
        _ configuration: ServiceConfiguration,
        _ inherited: [ListenDescriptor]
    ) throws(Failure) -> String? {
        guard let path = configuration.tokenFile else {
            let tcp = inherited.compactMap { try? ListeningSocket(inheriting: $0.descriptor).address }
                .filter { !$0.isUnix }
            let own = tcp.isEmpty ? (try? ListenAddress(parsing: configuration.listen)).map { [$0] } ?? [] : tcp
            if let address = own.first(where: { !$0.isLocal }) {
                let name = tcp.isEmpty ? "server.listen" : "the socket that systemd handed in,"
                throw Failure(
                    "\(name) \(address) is not loopback, so server.token_file must be set",
                    code: EX_CONFIG
                )
            }
            return nil
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Failure("server.token_file \(path) cannot be read", code: EX_CONFIG)
        }
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard token.utf8.count >= 16 else {
            throw Failure("server.token_file \(path) must hold a token of 16 characters or more", code: EX_CONFIG)
        }
        return token
    }
}
