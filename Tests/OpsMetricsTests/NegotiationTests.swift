import Testing

@testable import OpsMetrics

/// Which format a request is answered in.
@Suite struct NegotiationTests {
    static let open = "application/openmetrics-text; version=1.0.0; charset=utf-8"
    static let text = "text/plain; version=0.0.4; charset=utf-8"
    static let prometheus3 =
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
        + "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
        + "text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
    static let prometheus2 =
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"

    @Test(arguments: [
        ([String](), text),
        ([""], text),
        (["*/*"], text),
        ([prometheus2], open),
        ([prometheus3], open + "; escaping=allow-utf-8"),
        (["application/openmetrics-text"], text),
        (["application/openmetrics-text;version=0.0.1"], text),
        (["application/openmetrics-text; version=1.0.0"], open),
        (["APPLICATION/OpenMetrics-Text ; VERSION=1.0.0 ; Q=1"], open),
        (["application/openmetrics-text;version=\"1.0.0\""], open),
        (["application/openmetrics-text;version=1.0.0;q=0,text/plain"], text),
        (["application/openmetrics-text;version=1.0.0;q=0"], text),
        (["text/plain;version=1.0.0"], text),
        (["text/plain;version=1.0.0,application/openmetrics-text;version=1.0.0;q=0.1"], open),
        (["text/plain,application/openmetrics-text;version=1.0.0"], text),
        (["text/plain;q=0.2,application/openmetrics-text;version=1.0.0;q=0.3"], open),
        (["text/plain;q=0.2", "application/openmetrics-text;version=1.0.0;q=0.3"], open),
        (["text/html,application/xhtml+xml,*/*;q=0.8"], text),
        (["application/openmetrics-text;version=1.0.0;escaping=values"], open + "; escaping=values"),
        (["application/openmetrics-text;version=1.0.0;escaping=evil\r\nX: y"], open),
        (["application/json"], text),
        (["text/*"], text),
        (["a;b=\"c,application/openmetrics-text;version=1.0.0\""], text),
        (["a;b=\"\\\",\",application/openmetrics-text;version=1.0.0"], open),
        (["application/openmetrics-text;version=1.0.0;q=nonsense,text/plain;q=0.9"], open),
        ([",,;;q=1,=;"], text),
    ])
    func aRequestIsAnsweredInTheFormatItPrefers(accept: [String], contentType: String) {
        #expect(ExpositionFormat(accept: accept).contentType == contentType)
    }

    @Test func noFieldMakesItTrapOrEchoWhatWasSent() {
        let known = Set(
            [Self.text, Self.open]
                + ["allow-utf-8", "underscores", "dots", "values"].map { "\(Self.open); escaping=\($0)" }
        )
        let parts = [
            "application/openmetrics-text", "version=1.0.0", "escaping=dots", ";", ",", "\"", "\\", "q=", "0.5",
        ]
        var random = SystemRandomNumberGenerator()
        for _ in 0..<Rounds.count {
            let field = (0..<Int.random(in: 0..<12, using: &random)).compactMap { _ in
                parts.randomElement(using: &random)
            }
            #expect(known.contains(ExpositionFormat(accept: [field.joined()]).contentType))
        }
    }
}
