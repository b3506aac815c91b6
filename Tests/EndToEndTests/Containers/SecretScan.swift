import Foundation
import TestSupport
import Testing

/// Looks through everything of a container that its agent, or who may ask the engine, can see.
struct SecretScan: Sendable {
    let containers: ContainerService
    let run: String

    /// Expects that none of the words is anywhere, and that the scan finds what is there to be found.
    func expectNone(of secrets: [String]) async throws {
        let name = ContainerService.name(of: run)
        let inspection = try await containers.engine.run("inspect", name)
        #expect(inspection.contains(run))
        let processes = try await processesOfContainer()
        #expect(!processes.isEmpty)
        for secret in secrets {
            #expect(!inspection.contains(secret))
            #expect(Processes.revealing(secret).filter(processes.contains) == [])
        }
        // The scan can find: a word that is there is found.
        let bait = "bait-\(UInt32.random(in: .min ... .max))"
        try await containers.inside(run, "printf 'so: \(bait)' > /work/home/bait", as: "10001:10001")
        #expect(try await files(with: bait).contains("/work/home/bait"))
        for secret in secrets { #expect(try await files(with: secret) == []) }
    }

    private func processesOfContainer() async throws -> [CInt] {
        let table = try await containers.engine.run("top", ContainerService.name(of: run), "-eo", "pid")
        return table.split(separator: "\n").compactMap { CInt($0.trimmingCharacters(in: .whitespaces)) }
    }

    /// The regular files with a word in them that the agent's user can read; processes are looked at from outside.
    private func files(with word: String) async throws -> [String] {
        // The word comes in by standard input's file, not as an argument that the scan itself would find.
        let script = """
            cd /; printf '%s' '\(word.dropLast(4))' > /tmp/word; printf '%s' '\(word.suffix(4))' >> /tmp/word
            find / -path /proc -prune -o -path /sys -prune -o -type f -readable ! -path /tmp/word -print0 2>/dev/null \
            | xargs -0 grep -lFf /tmp/word 2>/dev/null; rm /tmp/word
            """
        return try await containers.inside(run, script, as: "10001:10001").split(separator: "\n").map(String.init)
    }
}
