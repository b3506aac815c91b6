/// A network that a container may be in: one of the engine's by its name, or none.
///
/// The host's network and another container's have no value of this type.
package struct ContainerNetwork: Hashable, Sendable, CustomStringConvertible {
    /// The engine's default: whatever the host reaches, the container reaches.
    package static let bridge = ContainerNetwork(name: "bridge")
    package static let none = ContainerNetwork(name: "none")

    package let name: String

    private init(name: String) {
        self.name = name
    }

    /// Nil for what is no network's name, or stands for another's namespace (`host`, `container:x`, `ns:/path`).
    package init?(_ name: String) {
        // Podman takes these words for modes, too.
        let modes: Set<String> = ["host", "default", "private", "pasta", "slirp4netns"]
        guard let first = name.utf8.first, first.isWordByte, name.utf8.count <= 128, !modes.contains(name),
            name.utf8.allSatisfy({ $0.isWordByte || "_.-".utf8.contains($0) })
        else { return nil }
        self.name = name
    }

    package var description: String { name }
}

extension UInt8 {
    /// Whether it is an ASCII letter or digit.
    var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
