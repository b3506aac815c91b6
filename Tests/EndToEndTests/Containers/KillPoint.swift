/// A point of a run's course at which the service is killed.
struct KillPoint: Sendable, CustomStringConvertible {
    enum Side: String, Sendable {
        case before
        case after
    }

    /// How the service is stopped exactly there.
    enum Place: Sendable {
        /// Its own failpoint.
        case failpoint(String)
        /// A call to the engine, held on its way there or back.
        case engine(SocketProxy.Point)
        /// A call to the executor, likewise.
        case executor(SocketProxy.Point)
        /// With the client's request at its door.
        case request
    }

    let step: String
    let side: Side
    let place: Place

    var description: String { "\(side.rawValue) \(step)" }

    /// Before and after each step of a run's course, in order.
    ///
    /// The engine's answer to the creation is not stored anywhere: what says that a container is the run's are its name
    /// and the volume of the same name, which is made before it and stands for the stored id here.
    static let all: [KillPoint] = steps.flatMap(\.self)

    private static let steps: [[KillPoint]] = [
        step("run row", .request, engine("GET", "/_ping", .request)),
        step("instance row", engine("GET", "/_ping", .response), .failpoint("admitted")),
        step("fetch and bundle", .failpoint("fetch"), .failpoint("fetched")),
        around("create", engine, "POST", "/containers/create"),
        around("id stored", engine, "POST", "/volumes/create"),
        around("start", engine, "POST", "/start"),
        around("health", executor, "GET", "/health"),
        around("init-git", executor, "POST", "/init-git"),
        around("clone", executor, "POST", "/git-clone"),
        step("execution row and execute", .failpoint("running"), executor("POST", "/execute", .response)),
        step("message batch", frames(with: #""assistant""#), .failpoint("batch:2")),
        step("exit record", frames(with: #""endedBy""#), .failpoint("step-ended")),
        step("export and push", .failpoint("export"), .failpoint("pushed")),
        step("stop and remove", engine("POST", "/stop", .request), engine("DELETE", "/volumes/", .response)),
        step("final row", .failpoint("final"), .failpoint("finished")),
    ]

    private static func step(_ name: String, _ before: Place, _ after: Place) -> [KillPoint] {
        [KillPoint(step: name, side: .before, place: before), KillPoint(step: name, side: .after, place: after)]
    }

    /// A step that is one call: before its request and after its response.
    private static func around(
        _ name: String,
        _ place: (String, String, SocketProxy.Point.Half) -> Place,
        _ method: String,
        _ path: String
    ) -> [KillPoint] {
        step(name, place(method, path, .request), place(method, path, .response))
    }

    private static func engine(_ method: String, _ path: String, _ half: SocketProxy.Point.Half) -> Place {
        .engine(SocketProxy.Point(method: method, path: path, half: half))
    }

    private static func executor(_ method: String, _ path: String, _ half: SocketProxy.Point.Half) -> Place {
        .executor(SocketProxy.Point(method: method, path: path, half: half))
    }

    /// When frames with some words are on their way to the service.
    private static func frames(with words: String) -> Place {
        .executor(SocketProxy.Point(method: "POST", path: "/execute", half: .response, marker: words))
    }
}
