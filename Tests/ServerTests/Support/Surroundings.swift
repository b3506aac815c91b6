import Foundation
import Glibc
import Model
import Synchronization

/// A folder of one test's own, with a path short enough for sockets.
enum TemporaryFolder {
    static func make() throws -> String {
        var template = Array("/tmp/caretaker-server-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestFailure("no temporary folder, errno \(errno)") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func remove(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// Lets this process have as many files as it may: both ends of every connection are here.
enum FileLimit {
    static func raise() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

/// A clock that goes on by a millisecond whenever somebody looks, so that ids sort as they were made.
final class SteppingClock: WallClock {
    private let milliseconds = Atomic<Int64>(1_747_656_000_000)

    var now: Timestamp {
        Timestamp(milliseconds: milliseconds.add(1, ordering: .relaxed).newValue)
    }
}

/// What the service outside the HTTP face would say.
struct StubOperations: Operations {
    let folder: String

    func check(repository: String, ref: String?) throws(InputProblem) {
        if repository.hasPrefix("denied") {
            throw InputProblem(field: "repository", message: "This repository may not be used.")
        }
        if ref == "bad..ref" { throw InputProblem(field: "ref", message: "bad..ref is no name of a ref.") }
    }

    func check(settings: TaskSettings) throws(InputProblem) {
        if settings.agent?.driver == .claude {
            throw InputProblem(field: "settings.agent.driver", message: "This service has no agent for it.")
        }
        if settings.container?.image == "denied" {
            throw InputProblem(field: "settings.container.image", message: "This image may not be used.")
        }
    }

    var queueLimit: Int { 1_000_000 }

    func usage(of run: Run.ID) async -> InstanceUsage? { nil }

    func reap(isDryRun: Bool) async throws -> [ReaperFinding] {
        throw RuntimeError(.unavailable, "There is no runtime here.")
    }

    func tryNotice() async throws -> NoticeTrial? { nil }

    func check(branch: String) throws(InputProblem) {
        if branch.hasPrefix("-") {
            throw InputProblem(field: "settings.push.branch", message: "\(branch) is no name of a branch.")
        }
    }

    func reload() async throws(ReloadRefusal) -> ReloadOutcome {
        ReloadOutcome(changed: ["log.level"], needRestart: ["runtime"])
    }

    func workFile(_ file: WorkFile, of run: Run.ID) -> String {
        "\(folder)/\(run).\(file.rawValue)"
    }
}

/// Runs blocking calls on a thread of their own, since the service under test needs the pool's.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Result { try body() }) }
        thread.stackSize = 1 << 20
        thread.start()
    }
}
