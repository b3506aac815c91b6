import Testing

@testable import Server

@Suite struct WebTextTests {
    @Test(arguments: [
        (Duration.milliseconds(0), "0.0 s"), (.milliseconds(1_240), "1.2 s"), (.seconds(59), "59 s"),
        (.seconds(60), "1 min"), (.seconds(3_599), "59 min 59 s"), (.seconds(3_661), "1 h 1 min"),
        (.seconds(90_000), "1 d 1 h"), (.seconds(-5), "0.0 s"),
    ])
    func durationsHaveTwoUnits(duration: Duration, text: String) {
        #expect(WebText.duration(duration) == text)
    }

    @Test(arguments: [
        (0.0, "$0.00"), (0.01234, "$0.0123"), (1.005, "$1.00"), (12.5, "$12.50"), (-0.5, "$-0.50"), (0.1, "$0.10"),
        (1e-9, "$0.00"),
    ])
    func costsHaveAsManyDigitsAsAreOfUse(cost: Double, text: String) {
        #expect(WebText.cost(cost) == text)
    }

    @Test(arguments: [
        (Int64(0), "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1_572_864, "1.5 MiB"), (4_294_967_296, "4.0 GiB"),
    ])
    func sizesHaveTheLargestUnit(bytes: Int64, text: String) {
        #expect(WebText.size(bytes) == text)
    }
}
