import Model
import Testing

@testable import Executors

struct EngineTimeTests {
    @Test(arguments: [
        ("2023-11-14T22:13:20Z", 1_700_000_000_000),
        ("2023-11-14T22:13:20.1Z", 1_700_000_000_100),
        ("2023-11-14T22:13:20.123456789Z", 1_700_000_000_123),
        ("2023-11-14T23:13:20+01:00", 1_700_000_000_000),
        ("2023-11-14T16:43:20.5-05:30", 1_700_000_000_500),
    ])
    func theInstantsThatEnginesWriteAreRead(text: String, milliseconds: Int64) {
        #expect(EngineTime.timestamp(text) == Timestamp(milliseconds: milliseconds))
    }

    @Test(arguments: ["", "now", "2023-11-14", "2023-11-14T22:13:20", "2023-11-14T22:13:20.Q", "2023-1x-14T22:13:20Z"])
    func whatIsNoInstantIsNotRead(text: String) {
        #expect(EngineTime.timestamp(text) == nil)
    }
}
