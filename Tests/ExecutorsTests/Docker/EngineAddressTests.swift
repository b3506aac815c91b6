import Testing

@testable import Executors

struct EngineAddressTests {
    @Test func aUnixAddressIsTaken() throws {
        #expect(try EngineAddress("unix:///run/podman/podman.sock").socket == "/run/podman/podman.sock")
    }

    @Test(arguments: [
        "tcp://127.0.0.1:2375", "ssh://host", "http://x", "npipe:////./pipe/docker", "/run/docker.sock", "",
    ])
    func anyOtherSchemeIsRefusedWithTheReason(text: String) {
        let problem = #expect(throws: EngineAddress.Problem.self) { try EngineAddress(text) }
        #expect(problem?.description.contains("share a folder") == true)
    }

    @Test func aPathThatIsRelativeOrTooLongIsRefused() {
        #expect(throws: EngineAddress.Problem.self) { try EngineAddress("unix://docker.sock") }
        #expect(throws: EngineAddress.Problem.self) {
            try EngineAddress("unix:///" + String(repeating: "a", count: 107))
        }
    }
}
