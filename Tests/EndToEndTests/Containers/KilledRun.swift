import AgentStream
import Foundation
import Glibc
import TestSupport
import Testing

/// A run in the middle of which the service is killed.
struct KilledRun: Sendable {
    /// The first step makes a commit, the second has messages.
    static let steps = ["commit", "lines 20 100"]

    /// It pushes to a branch of its own.
    static var settings: JSONValue {
        ["push": ["branch": .string("work-\(UInt32.random(in: .min ... .max))")]]
    }

    let containers: ContainerService
    /// Between the service and its engine.
    let engine: SocketProxy

    private var service: ServiceUnderTest { containers.service }

    /// Starts a run and kills the service at a point of its course; answers the run, or nil when there is none yet.
    func kill(at point: KillPoint) async throws -> String? {
        switch point.place {
        case .request:
            try await killWithRequest()
            return nil
        case .failpoint(let name):
            let words = name.split(separator: ":")
            let count = words.count > 1 ? ":\(words[1])" : ""
            #expect(await service.stop() == 0, "\(point)")
            try await service.start(["CARETAKER_FAILPOINT": "\(words[0]):kill\(count)"])
            let run = try await start()
            #expect(await service.exit() == 128 + SIGKILL, "\(point)")
            return run
        case .engine(let place):
            let run = try await start(holding: place)
            await service.crash()
            engine.disarm()
            return run
        case .executor(let place):
            return try await killWithExecutor(place)
        }
    }

    private func start() async throws -> String {
        try await service.startRun(
            Self.steps,
            repository: containers.repository.path,
            settings: Self.settings
        )
    }

    /// Starts a run and returns when a call to the engine is held.
    private func start(holding place: SocketProxy.Point) async throws -> String {
        let held = engine.hold(place)
        let run = try await start()
        for await _ in held { break }
        return run
    }

    /// Puts itself between the service and the executor while the service does not know yet that there is one.
    private func killWithExecutor(_ place: SocketProxy.Point) async throws -> String {
        let run = try await start(holding: SocketProxy.Point(method: "POST", path: "/start", half: .response))
        let socket = "\(service.state)/runs/\(run)/executor.sock"
        try await containers.until("the executor listens") { Self.isReady(socket) }
        try #require(rename(socket, "\(socket).own") == 0)
        let executor = try SocketProxy(at: socket, before: "\(socket).own")
        let held = executor.hold(place)
        engine.disarm()
        for await _ in held { break }
        await service.crash()
        executor.end()
        try #require(rename("\(socket).own", socket) == 0)
        return run
    }

    /// Whether a socket has the mode that the executor gives it last, and by name.
    private static func isReady(_ socket: String) -> Bool {
        var status = stat()
        return stat(socket, &status) == 0 && status.st_mode & 0o777 == 0o660
    }

    /// Kills the service when a request for a run has reached it of which it knows nothing yet.
    private func killWithRequest() async throws {
        let settings = Self.settings
        let task = try await service.mutate(
            "tasks.create",
            [
                "name": "A task of the tests", "settings": settings,
                "steps": .array(Self.steps.map { ["instructions": .string($0), "checks": ""] }),
            ]
        )
        let input: JSONValue = ["taskId": task["id"] ?? .null, "repository": .string(containers.repository.path)]
        let body = String(decoding: input.encoded, as: UTF8.self)
        let before = try await service.query("runs.list", ["limit": 500]).array?.count
        Glibc.kill(await service.pid, SIGSTOP)
        let head = "POST /trpc/runs.create HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        let connection = try SocketProxy.send(
            "\(head)content-length: \(body.utf8.count)\r\n\r\n\(body)",
            to: service.socket
        )
        await service.crash()
        close(connection)
        try await service.start()
        #expect(try await service.query("runs.list", ["limit": 500]).array?.count == before)
        await service.crash()
    }
}
