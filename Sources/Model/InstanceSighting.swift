/// Something that was made for an instance and is there still.
package struct InstanceSighting: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case container
        case volume
        /// A run's folder, known by the run's id.
        case folder
    }

    package var kind: Kind
    /// What the runtime knows it by.
    package var id: String
    /// Whether this installation made it; another's is never touched.
    package var isOurs: Bool
    package var run: Run.ID?
    package var instance: Instance.ID?
    package var createdAt: Timestamp?
    /// In the runtime's own words.
    package var state: String?
    package var image: String?

    package init(
        kind: Kind,
        id: String,
        isOurs: Bool,
        run: Run.ID?,
        instance: Instance.ID? = nil,
        createdAt: Timestamp?,
        state: String?,
        image: String?
    ) {
        self.kind = kind
        self.id = id
        self.isOurs = isOurs
        self.run = run
        self.instance = instance
        self.createdAt = createdAt
        self.state = state
        self.image = image
    }
}

/// What a run's instance uses, read once.
package struct InstanceUsage: Hashable, Sendable {
    package var image: String?
    package var createdAt: Timestamp?
    /// Without what the kernel can have back at any time; nil for one that does not run.
    package var memoryBytes: Int64?
    package var memoryLimitBytes: Int64?
    /// Processor time since its start; two readings give a rate.
    package var processorTime: Duration?

    package init(
        image: String?,
        createdAt: Timestamp?,
        memoryBytes: Int64?,
        memoryLimitBytes: Int64?,
        processorTime: Duration?
    ) {
        self.image = image
        self.createdAt = createdAt
        self.memoryBytes = memoryBytes
        self.memoryLimitBytes = memoryLimitBytes
        self.processorTime = processorTime
    }
}
