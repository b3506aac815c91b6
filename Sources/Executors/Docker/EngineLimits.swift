/// How long calls to the container engine may take.
package struct EngineLimits: Hashable, Sendable {
    /// For a call that is no work.
    package var call: Duration
    /// For creating or starting a container on an engine that is slow or busy.
    package var create: Duration
    /// Until a removal is over, with its repetitions.
    package var removal: Duration
    /// For an executor to end before it is killed.
    package var grace: Duration

    package init(
        call: Duration = .seconds(10),
        create: Duration = .seconds(30),
        removal: Duration = .seconds(30),
        grace: Duration = .seconds(3)
    ) {
        self.call = call
        self.create = create
        self.removal = removal
        self.grace = grace
    }
}
