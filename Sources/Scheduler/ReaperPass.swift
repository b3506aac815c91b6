package import Model

/// What came of a look of the reaper through the runtime.
package enum ReaperPass: Sendable {
    case done([ReaperFinding])
    case failed
}
