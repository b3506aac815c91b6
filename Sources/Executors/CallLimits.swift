/// How long the calls of a run's course may take.
package struct CallLimits: Hashable, Sendable {
    /// Until an instance is there.
    package var start: Duration
    /// For an answer that needs no work.
    package var health: Duration
    package var clone: Duration
    package var precheck: Duration
    package var export: Duration
    /// For ending an agent: more than the executor's own ladder takes.
    package var cancel: Duration
    /// For an executor to end before it is killed.
    package var stop: Duration

    package init(
        start: Duration = .seconds(60),
        health: Duration = .seconds(10),
        clone: Duration = .seconds(600),
        precheck: Duration = .seconds(300),
        export: Duration = .seconds(300),
        cancel: Duration = .seconds(10),
        stop: Duration = .seconds(15)
    ) {
        self.start = start
        self.health = health
        self.clone = clone
        self.precheck = precheck
        self.export = export
        self.cancel = cancel
        self.stop = stop
    }
}
