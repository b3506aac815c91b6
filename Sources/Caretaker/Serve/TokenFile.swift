import Foundation
import Glibc
import Journal
import Server

/// The token that the configuration names, an admin's.
enum TokenFile {
    /// The token of `server.token_file`; nil when none is set.
    static func read(
        _ configuration: ServiceConfiguration,
        _ inherited: [ListenDescriptor]
    ) throws(Failure) -> String? {
        guard let path = configuration.tokenFile else {
            let tcp = inherited.compactMap { try? ListeningSocket(inheriting: $0.descriptor).address }
                .filter { !$0.isUnix }
            let own = tcp.isEmpty ? (try? ListenAddress(parsing: configuration.listen)).map { [$0] } ?? [] : tcp
            if !configuration.requiresToken, let address = own.first(where: { !$0.isLocal }) {
                let name = tcp.isEmpty ? "server.listen" : "the socket that systemd handed in,"
                throw Failure(
                    "\(name) \(address) is not loopback, so server.token_file must be set, or server.require_token: true",
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
