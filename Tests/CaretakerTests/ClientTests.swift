import Testing

@testable import Caretaker

/// What the client commands read and look for.
struct ClientTests {
    @Test func eventsAreReadWhateverTheChunksAre() {
        let text =
            ": hello\n\nid: 1\ndata: {\"a\":1}\n\nevent: partial\ndata: {}\n\nid: 1\nevent: end\ndata: {\"b\":2}\n\n"
        let bytes = Array(text.utf8)
        for size in 1...bytes.count {
            var parser = EventParser()
            var events: [EventParser.Event] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                events += parser.parse(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(events.map(\.name) == ["", "partial", "end"])
            #expect(events.map(\.id) == ["1", nil, "1"])
            #expect(events.map { String(decoding: $0.data, as: UTF8.self) } == [#"{"a":1}"#, "{}", #"{"b":2}"#])
        }
    }

    @Test func theSocketIsLookedForInTheDocumentedOrder() {
        let environment = [
            "CARETAKER_SERVER_SOCKET": "/one.sock", "XDG_RUNTIME_DIR": "/run/user/1", "CARETAKER_STATE_DIR": "/state",
        ]
        let paths = [
            "/one.sock", "/run/caretaker/caretaker.sock", "/run/user/1/caretaker.sock", "/state/caretaker.sock",
        ]
        #expect(StandardPaths.clientSockets(environment) == paths)
    }

    @Test func theServicesSocketIsInItsRuntimeFolder() {
        let environment = ["RUNTIME_DIRECTORY": "/run/caretaker", "XDG_RUNTIME_DIR": "/run/user/1"]
        #expect(StandardPaths.socket(environment, stateFolder: "/s") == "/run/caretaker/caretaker.sock")
        #expect(
            StandardPaths.socket(["XDG_RUNTIME_DIR": "/run/user/1"], stateFolder: "/s") == "/run/user/1/caretaker.sock"
        )
        #expect(StandardPaths.socket([:], stateFolder: "/s") == "/s/caretaker.sock")
    }
}
