import Testing

@testable import OpsMetrics

/// Numbers as parsers of Go and Python take them.
@Suite struct NumberTextTests {
    @Test(arguments: [
        (0.0, "0"), (-0.0, "0"), (1, "1"), (-17, "-17"), (10, "10"), (1_234_567_890, "1234567890"), (0.5, "0.5"),
        (1e16, "1e+16"), (-2.5e-7, "-2.5e-07"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
        (9_007_199_254_740_991, "9007199254740991"), (.leastNonzeroMagnitude, "5e-324"),
    ])
    func aValueIsWritten(_ value: Double, as text: String) {
        var bytes: [UInt8] = []
        NumberText.append(value, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test(arguments: [
        (0.005, "0.005"), (0.1, "0.1"), (1, "1.0"), (10, "10.0"), (14_400, "14400.0"), (100_000, "100000.0"),
        (1e6, "1e+06"), (1.5e6, "1.5e+06"), (1_234_567, "1.234567e+06"), (1e10, "1e+10"), (1e16, "1e+16"),
        (.infinity, "+Inf"), (0.0001, "0.0001"), (0.00001, "1e-05"),
    ])
    func aBoundIsCanonical(_ bound: Double, as text: String) {
        #expect(NumberText.bound(bound) == text)
    }

    @Test func everyValueIsReadBackAsItWas() {
        for _ in 0..<Rounds.count {
            let value = Double(bitPattern: .random(in: .min ... .max))
            guard value.isFinite else { continue }
            var bytes: [UInt8] = []
            NumberText.append(value, to: &bytes)
            #expect(Double(String(decoding: bytes, as: UTF8.self)) == value)
            #expect(Double(NumberText.bound(value)) == value)
        }
    }
}
