import Foundation
import Testing

/// How an executor under test runs.
enum ExecutorMode: String, CaseIterable, CustomTestStringConvertible, Sendable {
    /// As the test's own user, as the agent does too.
    case process
    /// As in a container: root with four capabilities and the service's group, the agent a user of its own.
    case container

    /// What can be had here.
    static let here: [ExecutorMode] = isContainerWanted ? allCases : [.process]

    /// Only root can start an executor as in a container; where nobody watches, that it cannot must not pass for success.
    static let isContainerWanted = geteuid() == 0 || getenv("CI") != nil

    static let remedy: Comment = "Run the tests as root: only root can start an executor as in a container."

    var testDescription: String { rawValue }
}
