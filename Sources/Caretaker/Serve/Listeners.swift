import Journal
import Model
import Server

/// The sockets that the service listens on: those that the service manager handed in, and what of the two is missing.
struct Listeners {
    /// At least one of TCP and one of the unix kind.
    let sockets: [ListeningSocket]

    /// Takes over what was handed in, and binds the rest as the configuration says.
    ///
    /// - Parameters:
    ///   - configuration: Where to listen.
    ///   - inherited: What the service manager handed in; one of a kind takes the place of that kind's key.
    /// - Throws: `ListenError`.
    init(_ configuration: ServiceConfiguration, inherited: [ListenDescriptor]) throws(ListenError) {
        var sockets: [ListeningSocket] = []
        for descriptor in inherited { sockets.append(try ListeningSocket(inheriting: descriptor.descriptor)) }
        if !sockets.contains(where: { !$0.address.isUnix }) {
            sockets.append(try ListeningSocket(binding: try ListenAddress(parsing: configuration.listen)))
        }
        if !sockets.contains(where: \.address.isUnix) {
            sockets.append(try ListeningSocket(binding: .unix(path: configuration.socket)))
        }
        self.sockets = sockets
    }
}

extension ListenAddress {
    var isUnix: Bool {
        if case .unix = self { true } else { false }
    }
}
