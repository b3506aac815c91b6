import Model
import Testing

@testable import Repositories

@Suite(.timeLimit(.minutes(5))) struct UnusedMirrorTests {
    @Test func aMirrorGoesWhenNobodyHasUsedItAndIsFetchedAnew() async throws {
        try await Scratch.with { scratch in
            let tip = try await scratch.makeRepository()
            let repositories = scratch.repositories()
            let address = try scratch.address("origin")
            _ = try await repositories.fetch(address, ref: nil, run: "r1", bundle: scratch.file("a.bundle"))
            let used = SystemWallClock().now
            #expect(try await repositories.removeMirrors(unusedSince: used - .seconds(3600), keeping: []) == 0)
            let later = used + .seconds(3600)
            let name = scratch.file("origin")
            #expect(try await repositories.removeMirrors(unusedSince: later, keeping: ["no address", name]) == 0)
            #expect(scratch.mirror(address).exists)
            #expect(try await repositories.removeMirrors(unusedSince: later, keeping: []) == 1)
            #expect(!scratch.mirror(address).exists)
            #expect(try await repositories.removeMirrors(unusedSince: later, keeping: []) == 0)
            let again = try await repositories.fetch(address, ref: nil, run: "r2", bundle: scratch.file("b.bundle"))
            #expect(again.commit == tip)
        }
    }

    @Test func withoutAFolderThereIsNothingToRemove() async throws {
        try await Scratch.with { scratch in
            let future = SystemWallClock().now + .seconds(3600)
            let count = try await scratch.repositories().removeMirrors(unusedSince: future, keeping: [])
            #expect(count == 0)
        }
    }
}
