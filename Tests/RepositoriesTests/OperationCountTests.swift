import OpsMetrics
import Testing

@testable import Repositories

/// What is counted of fetches, bundles and pushes.
@Suite(.timeLimit(.minutes(10))) struct OperationCountTests {
    private let metrics = RepositoryMetrics(MetricsRegistry())

    private func counts(_ result: String) -> [Double] {
        RepositoryMetrics.Operation.allCases.map { metrics.operations[$0.rawValue, result].value }
    }

    @Test func eachIsCountedOnceAndARepeatedFetchIsNone() async throws {
        try await Scratch.with { scratch in
            try await scratch.makeRepository()
            let address = try scratch.address("origin")
            let repositories = scratch.repositories(metrics: metrics)
            let bundle = scratch.file("in.bundle")
            let source = try await repositories.fetch(address, ref: nil, run: "r1", bundle: bundle)
            _ = try await repositories.fetch(address, ref: nil, run: "r1", bundle: bundle)
            #expect(counts("success") == [1, 1, 0])
            let work = try await scratch.work(on: bundle, named: "w")
            _ = try await repositories.push(
                work.bundle,
                from: address,
                base: source.commit,
                head: work.head,
                to: "caretaker/x",
                run: "r1"
            )
            try await repositories.release(address, run: "r1")
            #expect(counts("success") == [1, 1, 1])
            #expect(counts("failure") == [0, 0, 0])
            #expect(metrics.duration["fetch"].count == 1)
        }
    }

    @Test func whatFailsAndWhatTakesTooLongAreFailures() async throws {
        try await Scratch.with { scratch in
            try await scratch.makeRepository()
            let repositories = scratch.repositories(metrics: metrics)
            await #expect(throws: RepositoryError.self) {
                try await repositories.fetch(
                    scratch.address("origin"),
                    ref: "no-such-branch",
                    run: "r1",
                    bundle: scratch.file("in.bundle")
                )
            }
            let hurried = scratch.repositories(timeouts: RepositoryTimeouts(fetch: .nanoseconds(1)), metrics: metrics)
            let error = await #expect(throws: RepositoryError.self) {
                try await hurried.fetch(
                    scratch.address("origin"),
                    ref: nil,
                    run: "r2",
                    bundle: scratch.file("in.bundle")
                )
            }
            #expect(error?.code == .timedOut)
            #expect(counts("failure") == [2, 0, 0])
            #expect(counts("success") == [0, 0, 0])
        }
    }
}
