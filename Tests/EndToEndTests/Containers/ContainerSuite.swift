import Foundation
import TestSupport
import Testing

/// The service with real containers; one test after the other, since they share an engine and two of them would share
/// the machine.
@Suite(
    .serialized,
    .timeLimit(.minutes(20)),
    .enabled(if: TestEngine.isWanted(), "\(TestEngine.remedy)")
)
struct ContainerTests {
    /// The engines that there are.
    static let engines = EngineKind.allCases.filter { TestEngine.isWanted($0) }
}
