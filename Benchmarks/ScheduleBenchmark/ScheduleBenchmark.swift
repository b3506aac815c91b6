import Foundation

/// Measures the schedules' loop: how late runs are made, and what very many schedules cost that are not due.
///
/// The peer is measured by `peers.py` beside it, which `make benchmark` starts in the same run.
@main
struct ScheduleBenchmark {
    static func main() async throws {
        for count in [1, 1000, 10_000] {
            try await Scene.with { scene in
                try await Lateness(scene: scene, count: count).measure()
            }
        }
        try await Scene.with { scene in
            try await Idleness(scene: scene, count: 100_000, seconds: 60).measure()
        }
    }
}
