import Model

extension InstanceSighting {
    init(_ container: ListedContainer, installation: String) {
        self.init(
            kind: .container,
            // Of 256 bits: names may go to another meanwhile.
            id: container.id,
            isOurs: container.labels?[InstanceLabels.installation] == installation,
            run: container.labels?[InstanceLabels.run].map(Run.ID.init(rawValue:)),
            instance: container.labels?[InstanceLabels.instance].map(Instance.ID.init(rawValue:)),
            createdAt: Timestamp(milliseconds: container.created * 1000),
            state: container.state,
            image: container.image
        )
    }

    init(_ volume: EngineVolume, installation: String) {
        self.init(
            kind: .volume,
            id: volume.name,
            isOurs: volume.labels?[InstanceLabels.installation] == installation,
            run: volume.labels?[InstanceLabels.run].map(Run.ID.init(rawValue:)),
            instance: volume.labels?[InstanceLabels.instance].map(Instance.ID.init(rawValue:)),
            createdAt: volume.createdAt.flatMap(EngineTime.timestamp),
            state: nil,
            image: nil
        )
    }
}

extension InstanceUsage {
    init(_ container: InspectedContainer, _ statistics: ContainerStatistics?) {
        let memory = statistics?.memory
        self.init(
            image: container.configuration.image,
            createdAt: EngineTime.timestamp(container.created),
            memoryBytes: memory?.usage.map { max(0, $0 - (memory?.counters?.inactiveFile ?? 0)) },
            memoryLimitBytes: memory?.limit,
            processorTime: statistics?.processors?.usage?.total.map { .nanoseconds($0) }
        )
    }
}
