import AgentStream
import Foundation
import Glibc
import TestSupport

/// Requests per second at several numbers of connections, by wrk, each beside its floor in the same run.
struct Load {
    static let connections = [1, 16, 64]

    let service: ServiceUnderTest

    func measure() async throws {
        guard Self.isThere("wrk") else { return print("requests           wrk is not installed") }
        for number in 0..<100 {
            let step: JSONValue = ["instructions": "Do what is to be done, and say so.", "checks": "It is done."]
            _ = try await service.mutate("tasks.create", ["name": .string("Task \(number)"), "steps": [step]])
        }
        let port = await service.port
        let list = try await text("http://127.0.0.1:\(port)/trpc/tasks.list")
        try await reads(
            "tasks.list",
            "http://127.0.0.1:\(port)/trpc/tasks.list",
            bytes: list.utf8.count,
            aim: " (aim 20,000/s at 16)"
        )
        try await staticFloor(list)
        let byID = "http://127.0.0.1:\(port)/trpc/tasks.byId?input=%7B%22id%22%3A%22task-1%22%7D"
        try await reads("tasks.byId", byID, bytes: try await text(byID).utf8.count)
        try await creates(port)
    }

    private func reads(_ name: String, _ url: String, bytes: Int, aim: String = "") async throws {
        for connections in Self.connections {
            let rate = try await wrk(connections, [url])
            print("\(name)         \(bytes) B, \(connections) connections: \(rate)\(aim)")
        }
    }

    /// What nginx makes of the same bytes in a file.
    private func staticFloor(_ body: String) async throws {
        guard Self.isThere("nginx") else { return print("floor              nginx is not installed") }
        let folder = "\(service.folder)/nginx"
        try FileManager.default.createDirectory(atPath: "\(folder)/logs", withIntermediateDirectories: true)
        try body.write(toFile: "\(folder)/list", atomically: false, encoding: .utf8)
        let port = try LoopbackPort.free()
        let configuration = """
            daemon off; user root; worker_processes 1; pid \(folder)/pid; error_log stderr crit;
            events { worker_connections 512; }
            http { access_log off; server { listen 127.0.0.1:\(port); root \(folder); keepalive_requests 1000000; } }
            """
        try configuration.write(toFile: "\(folder)/conf", atomically: false, encoding: .utf8)
        let nginx = try ChildProcess("/usr/sbin/nginx", ["-p", folder, "-c", "\(folder)/conf"], environment: [:])
        let url = "http://127.0.0.1:\(port)/list"
        while (try? await text(url)) == nil { try await Task.sleep(for: .milliseconds(20)) }
        for connections in Self.connections {
            print("floor, nginx file  \(connections) connections: \(try await wrk(connections, [url]))")
        }
        nginx.send(SIGTERM)
        _ = await nginx.exit()
    }

    private func creates(_ port: Int) async throws {
        let script = "\(service.folder)/create.lua"
        let body = #"{"name":"Load","steps":[{"instructions":"Do it.","checks":""}]}"#
        let lua = """
            wrk.method = "POST"
            wrk.body = [[\(body)]]
            wrk.headers["Content-Type"] = "application/json"
            """
        try lua.write(toFile: script, atomically: false, encoding: .utf8)
        let floor = try syncRate()
        for connections in Self.connections {
            let url = "http://127.0.0.1:\(port)/trpc/tasks.create"
            let rate = try await wrk(connections, ["-s", script, url])
            print("tasks.create       \(connections) connections: \(rate) (aim 12,000/s at 64)")
        }
        print("floor, fdatasync   \(floor)/s of one block by one writer")
    }

    /// How often a second a block can be made durable.
    private func syncRate() throws -> Int {
        let file = open("\(service.folder)/sync", O_RDWR | O_CREAT, 0o600)
        guard file >= 0 else { return 0 }
        defer { close(file) }
        let block = [UInt8](repeating: 1, count: 4096)
        let clock = ContinuousClock()
        let began = clock.now
        var count = 0
        while began.duration(to: clock.now) < .seconds(2) {
            _ = pwrite(file, block, block.count, off_t(count % 256) * 4096)
            fdatasync(file)
            count += 1
        }
        return count / 2
    }

    private func wrk(_ connections: Int, _ arguments: [String]) async throws -> String {
        let threads = min(connections, 2)
        let options = ["-c", "\(connections)", "-t", "\(threads)", "-d", "4s", "--latency"]
        let output = try await output("/usr/bin/wrk", options + arguments)
        let lines = output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let rate = lines.first { $0.hasPrefix("Requests/sec:") }?.dropFirst(13).trimmingCharacters(in: .whitespaces)
        let p99 = lines.first { $0.hasPrefix("99%") }?.dropFirst(3).trimmingCharacters(in: .whitespaces)
        let errors = lines.first { $0.hasPrefix("Non-2xx") || $0.hasPrefix("Socket errors") }.map { ", \($0)" } ?? ""
        return "\(rate ?? "?")/s, p99 \(p99 ?? "?")\(errors)"
    }

    private func text(_ url: String) async throws -> String {
        try await output("/usr/bin/curl", ["-fsS", url])
    }

    /// What a program prints; it must succeed.
    private func output(_ program: String, _ arguments: [String]) async throws -> String {
        let file = "\(service.folder)/output"
        let process = try ChildProcess(program, arguments, environment: ["PATH": "/usr/bin:/bin"], output: file)
        let code = await process.exit()
        guard code == 0 else { throw Failed(program: program, code: code) }
        return try String(contentsOfFile: file, encoding: .utf8)
    }

    struct Failed: Error {
        let program: String
        let code: Int32
    }

    private static func isThere(_ program: String) -> Bool {
        ["/usr/bin", "/usr/sbin"].contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }
}
