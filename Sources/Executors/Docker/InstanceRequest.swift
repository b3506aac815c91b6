package import Model

/// What a run's container is made from, beside the service's settings.
package struct InstanceRequest: Hashable, Sendable {
    package var run: Run.ID
    package var instance: Instance.ID
    /// When the run's time is over; kept at the container for whoever finds it without its row.
    package var deadline: Timestamp
    /// What the run's task says.
    package var container: ContainerSettings?

    package init(run: Run.ID, instance: Instance.ID, deadline: Timestamp, container: ContainerSettings?) {
        self.run = run
        self.instance = instance
        self.deadline = deadline
        self.container = container
    }
}
