import Foundation
import Logging
import Testing

@testable import Journal

struct LogLineTests {
    private static let forged = "a\n<0>2026-01-01T00:00:00+0000 error caretaker: run.id=9 [Fake] b\u{1B}[2J"

    @Test(arguments: [LogStyle.text, .prefixed, .json])
    func messagesAndMetadataStayInTheirLine(style: LogStyle) {
        let line = Self.line(style, Self.forged, ["text": "\(Self.forged)", "a\nb": "\(Self.forged)"])
        #expect(line.last == 0x0A)
        #expect(line.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    }

    @Test func theTextIsAsBeforeWithValuesOfSeveralWordsInQuotationMarks() {
        let text = String(decoding: Self.line(.text, "hello", ["run.id": "7", "b": "two words"]), as: UTF8.self)
        #expect(text.hasSuffix(" warning label: b=\"two words\" run.id=7 [Source] hello\n"))
    }

    @Test func aValueIsNotTakenForTwo() {
        let text = String(decoding: Self.line(.prefixed, "m", ["a": "x run.id=9", "c": "\" d=e"]), as: UTF8.self)
        #expect(text == "<4>a=\"x run.id=9\" c=\"\\\" d=e\" [Source] m\n")
    }

    @Test func aLineWithAPriorityIsNeverTooLongForJournald() {
        var metadata: Logger.Metadata = [:]
        for key in 0..<60 { metadata["k\(key)"] = .string(String(repeating: "ä", count: 4000)) }
        #expect(Self.line(.prefixed, "m", metadata).count < 48 << 10)
    }

    @Test func jsonIsReadBackAsItWas() throws {
        let message = "quote \" backslash \\ line\n control \u{1} ä 🙂 \u{202E}"
        let line = Self.line(.json, message, ["run.id": "7", "message": "other", "x\"y": "z"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        #expect(object["message"] as? String == message)
        #expect(object["level"] as? String == "warning")
        #expect(object["line"] as? Int == 12)
        #expect(object["metadata"] as? [String: String] == ["run.id": "7", "message": "other", "x\"y": "z"])
    }

    private static func line(_ style: LogStyle, _ message: String, _ metadata: Logger.Metadata) -> [UInt8] {
        let event = JournalEntryTests.event(message, metadata)
        let record = LogRecord(event, label: "label", metadata: [:], provider: nil)
        return LogLine(style: style, identifier: "caretaker").bytes(of: record)
    }
}
