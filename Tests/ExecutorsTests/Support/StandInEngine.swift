import Executors
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// A container engine that keeps its containers in memory and misbehaves on demand.
struct StandInEngine: Sendable {
    let socket: String
    let state: StandInState

    struct NotStarted: Error {}

    /// Runs `body` while an engine listens in `folder`.
    static func with<Result: Sendable>(
        in folder: String,
        _ body: (StandInEngine) async throws -> Result
    ) async throws -> Result {
        let engine = StandInEngine(socket: "\(folder)/engine.sock", state: StandInState())
        return try await UnixServer.with(socket: engine.socket, engine.respond) {
            try await body(engine)
        }
    }

    var address: EngineAddress {
        get throws { try EngineAddress("unix://\(socket)") }
    }

    @Sendable
    private func respond(_ request: Request) async throws -> Response {
        let path = request.uri.path
        let body = Data(try await request.body.collect(upTo: 1 << 20).readableBytesView)
        var parts = path.split(separator: "/").map(String.init)
        if let first = parts.first, first.hasPrefix("v1.") {
            parts.removeFirst()
            if let refusal = refusal(of: first) { return refusal }
        }
        guard let call = Self.call(request.method, parts) else { return Self.answer(404, "page not found") }
        let fault = state.with { state -> StandInState.Fault? in
            state.calls.append(call)
            state.paths.append(path)
            guard state.faults[call]?.isEmpty == false else { return nil }
            return state.faults[call]?.removeFirst()
        }
        switch fault {
        case nil: return perform(call, parts, request, body)
        case .before(let status, let message): return Self.answer(status, message)
        case .after(let status, let message):
            _ = perform(call, parts, request, body)
            return Self.answer(status, message)
        case .empty: return Self.json(call == .list ? "[]" : #"{"Volumes":null}"#)
        case .late(let pause):
            try await Task.sleep(for: pause)
            return perform(call, parts, request, body)
        case .hang:
            try await Task.sleep(for: .seconds(3600))
            return Self.answer(500, "woken")
        }
    }

    private func refusal(of version: String) -> Response? {
        let (newest, oldest) = state.with { ($0.newest, $0.oldest) }
        let asked = Int(version.dropFirst(3)) ?? 0
        if asked < Int(oldest.dropFirst(2)) ?? 0 {
            return Self.answer(400, "client version \(version) is too old. Minimum supported API version is \(oldest)")
        }
        if asked > Int(newest.dropFirst(2)) ?? 0 {
            return Self.answer(400, "client version \(version) is too new. Maximum supported API version is \(newest)")
        }
        return nil
    }

    private static func call(_ method: HTTPRequest.Method, _ parts: [String]) -> StandInState.Call? {
        switch (method, parts.first, parts.count, parts.last) {
        case (.get, "version", 1, _): .version
        case (.get, "info", 1, _): .info
        case (.get, "_ping", 1, _): .ping
        case (.post, "containers", 2, "create"): .create
        case (.get, "containers", 2, "json"): .list
        case (.post, "containers", 3, "start"): .start
        case (.post, "containers", 3, "stop"): .stop
        case (.get, "containers", 3, "json"): .inspect
        case (.get, "containers", 3, "stats"): .stats
        case (.delete, "containers", 2, _): .remove
        case (.post, "volumes", 2, "create"): .createVolume
        case (.get, "volumes", 1, _): .listVolumes
        case (.get, "volumes", 2, _): .inspectVolume
        case (.delete, "volumes", 2, _): .removeVolume
        default: nil
        }
    }
}
