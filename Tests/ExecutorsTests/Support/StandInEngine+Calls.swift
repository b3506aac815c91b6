import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension StandInEngine {
    /// Does what a call asks for, as an engine in good health would.
    func perform(_ call: StandInState.Call, _ parts: [String], _ request: Request, _ body: Data) -> Response {
        let name = parts.count > 1 ? parts[1] : ""
        return state.with { state in
            switch call {
            case .version:
                return Self.json(
                    #"{"Version":"1","ApiVersion":"\#(state.newest)","MinAPIVersion":"\#(state.oldest)"}"#
                )
            case .info: return Self.json(#"{"NCPU":2}"#)
            case .ping: return Self.json("{}")
            case .create: return Self.create(&state, request.uri.queryParameters["name"].map(String.init) ?? "", body)
            case .list: return Self.list(state)
            case .createVolume: return Self.createVolume(&state, body)
            case .listVolumes:
                let volumes = state.volumes.map { Self.volume($0.key, $0.value) }.joined(separator: ",")
                return Self.json(#"{"Volumes":[\#(volumes)]}"#)
            case .inspectVolume:
                guard let labels = state.volumes[name] else { return Self.answer(404, "get \(name): no such volume") }
                return Self.json(Self.volume(name, labels))
            case .removeVolume:
                if state.containers[name] != nil { return Self.answer(409, "volume is in use") }
                guard state.volumes.removeValue(forKey: name) != nil else { return Self.answer(404, "no such volume") }
                return Response(status: .noContent)
            case .start, .stop, .inspect, .remove, .stats:
                guard let key = state.containers.first(where: { $0.key == name || $0.value.id == name })?.key
                else { return Self.answer(404, "No such container: \(name)") }
                return Self.perform(call, on: key, &state)
            }
        }
    }

    private static func perform(
        _ call: StandInState.Call,
        on key: String,
        _ state: inout StandInState.State
    ) -> Response {
        guard let container = state.containers[key] else { return answer(404, "No such container") }
        let isRunning = container.status == "running"
        switch call {
        case .start:
            if isRunning { return Response(status: .notModified) }
            if container.status == "paused" { return answer(409, "cannot start a paused container") }
            state.containers[key]?.status = state.statusAfterStart
            state.containers[key]?.exitCode = state.exitCodeAfterStart
            state.containers[key]?.error = state.errorAfterStart
            return Response(status: .noContent)
        case .stop:
            state.containers[key]?.status = "exited"
            return Response(status: isRunning ? .noContent : .notModified)
        case .remove:
            state.containers[key] = nil
            return Response(status: .noContent)
        case .stats:
            return json(
                """
                {"cpu_stats":{"cpu_usage":{"total_usage":1500000000}},"memory_stats":{"usage":3000,"limit":9000,\
                "stats":{"inactive_file":1000,"unevictable":18446744073709551615}}}
                """
            )
        default: return json(inspection(container))
        }
    }

    private static func create(_ state: inout StandInState.State, _ name: String, _ body: Data) -> Response {
        guard let wanted = Wanted(body), let image = wanted.image else { return answer(400, "bad body") }
        guard state.images.contains(image) else { return answer(404, "No such image: \(image)") }
        guard state.containers[name] == nil else {
            return answer(409, "Conflict. The container name \"/\(name)\" is already in use")
        }
        state.created += 1
        let number = String(state.created, radix: 16)
        let id = String(repeating: "0", count: 64 - number.count) + number
        state.containers[name] = .init(id: id, name: name, labels: wanted.labels)
        return json(#"{"Id":"\#(id)","Warnings":[]}"#, .created)
    }

    private static func createVolume(_ state: inout StandInState.State, _ body: Data) -> Response {
        guard let wanted = Wanted(body), let name = wanted.name else { return answer(400, "bad body") }
        let labels = state.volumes[name] ?? wanted.labels
        state.volumes[name] = labels
        return json(volume(name, labels), .created)
    }

    private static func list(_ state: StandInState.State) -> Response {
        let items = state.containers.values.map { container in
            #"{"Id":"\#(container.id)","Image":"image","Created":1700000000,"State":"\#(container.status)","Labels":"#
                + text(container.labels) + "}"
        }
        return json("[\(items.joined(separator: ","))]")
    }

    private static func inspection(_ container: StandInState.Container) -> String {
        #"{"Id":"\#(container.id)","Created":"2023-11-14T22:13:20.123456789Z","State":{"Status":"\#(container.status)","#
            + #""ExitCode":\#(container.exitCode),"OOMKilled":\#(container.outOfMemory),"#
            + #""Error":"\#(container.error)"},"#
            + #""Config":{"Image":"image","Labels":\#(text(container.labels))}}"#
    }

    private static func volume(_ name: String, _ labels: [String: String]) -> String {
        #"{"Name":"\#(name)","CreatedAt":"2023-11-14T23:13:20+01:00","Labels":\#(text(labels))}"#
    }

    private static func text(_ labels: [String: String]) -> String {
        (try? JSONEncoder().encode(labels)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    static func json(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }

    static func answer(_ status: Int, _ message: String) -> Response {
        let text = (try? JSONEncoder().encode(["message": message])).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        return json(text, HTTPResponse.Status(code: status))
    }
}

/// What a body asks for, as far as a stand-in cares.
private struct Wanted: Decodable {
    var image: String?
    var name: String?
    var labels: [String: String]

    private enum CodingKeys: String, CodingKey {
        case image = "Image"
        case name = "Name"
        case labels = "Labels"
    }

    init?(_ body: Data) {
        guard let wanted = try? JSONDecoder().decode(Wanted.self, from: body) else { return nil }
        self = wanted
    }
}
