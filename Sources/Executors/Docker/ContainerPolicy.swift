import Model

/// How far a task's container may differ from the service's own settings, which are always allowed.
package struct ContainerPolicy: Hashable, Sendable {
    /// What tasks may name: an image as it stands, or with a trailing `*` all that begin so.
    package var images: [String]
    package var networks: [String]
    /// The most that a task may ask for; nil is the service's own value.
    package var maximumMemory: Int?
    package var maximumCPUs: Double?
    package var maximumPIDs: Int?
    /// Whether a task may make the image's files changeable.
    package var allowsWritableRoot: Bool

    package init(
        images: [String] = [],
        networks: [String] = [],
        maximumMemory: Int? = nil,
        maximumCPUs: Double? = nil,
        maximumPIDs: Int? = nil,
        allowsWritableRoot: Bool = false
    ) {
        self.images = images
        self.networks = networks
        self.maximumMemory = maximumMemory
        self.maximumCPUs = maximumCPUs
        self.maximumPIDs = maximumPIDs
        self.allowsWritableRoot = allowsWritableRoot
    }

    /// The engine refuses less than six megabytes, and no executor runs in them.
    static let minimumMemory = 64 << 20
    static let minimumCPUs = 0.01
    /// Executor and agent have several threads each.
    static let minimumPIDs = 32

    func allowed(image: String, beside own: String) throws(InputProblem) -> String {
        guard image != own else { return image }
        guard Self.isImageName(image) else {
            throw Self.problem("image", "is no image's name")
        }
        let isListed = images.contains { pattern in
            pattern.hasSuffix("*") ? image.hasPrefix(pattern.dropLast()) : image == pattern
        }
        guard isListed else { throw Self.problem("image", "is not among executors.allowed_images") }
        return image
    }

    func allowed(network text: String, beside own: ContainerNetwork) throws(InputProblem) -> ContainerNetwork {
        guard let network = ContainerNetwork(text) else {
            throw Self.problem("network", "must be the name of one of the engine's networks, or none")
        }
        // None is the least that there is.
        guard network == own || network == .none || networks.contains(text) else {
            throw Self.problem("network", "is not among executors.allowed_networks")
        }
        return network
    }

    func allowed(memory: Int, beside own: Int) throws(InputProblem) -> Int {
        try Self.within(memory, Self.minimumMemory, max(own, maximumMemory ?? own), "memory")
    }

    func allowed(cpus: Double, beside own: Double) throws(InputProblem) -> Double {
        try Self.within(cpus, Self.minimumCPUs, max(own, maximumCPUs ?? own), "cpus")
    }

    func allowed(pids: Int, beside own: Int) throws(InputProblem) -> Int {
        try Self.within(pids, Self.minimumPIDs, max(own, maximumPIDs ?? own), "pids")
    }

    func allowed(readOnly: Bool, beside own: Bool) throws(InputProblem) -> Bool {
        guard readOnly || readOnly == own || allowsWritableRoot else {
            throw Self.problem("readOnly", "must be true: executors.allow_writable_root is not set")
        }
        return readOnly
    }

    private static func within<Number: Comparable>(
        _ number: Number,
        _ least: Number,
        _ most: Number,
        _ field: String
    ) throws(InputProblem) -> Number {
        // Also false for what is no number.
        guard number >= least, number <= most else { throw problem(field, "must be from \(least) to \(most)") }
        return number
    }

    private static func problem(_ field: String, _ text: String) -> InputProblem {
        InputProblem(field: "settings.container.\(field)", message: "settings.container.\(field) \(text).")
    }

    /// Whether text may stand in a path of the engine's API as an image's name.
    static func isImageName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first.isWordByte, text.utf8.count <= 255 else { return false }
        return text.utf8.allSatisfy { $0.isWordByte || "_.-/:@".utf8.contains($0) } && !text.contains("..")
    }
}
