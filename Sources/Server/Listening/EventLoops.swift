import NIOCore
import NIOPosix

/// The event loops that all connections are served on.
package enum EventLoops {
    /// Returns when each of them has done something.
    package static func answer() async {
        for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() { try? await loop.submit {}.get() }
    }
}
