import Logging
import Testing

@testable import Journal

struct JournalEntryTests {
    @Test(arguments: [
        ("run.id", "RUN_ID"), ("task.id", "TASK_ID"), ("schedule.id", "SCHEDULE_ID"), ("instance.id", "INSTANCE_ID"),
        ("container.id", "CONTAINER_ID"), ("exit-code", "EXIT_CODE"), ("durationMS", "DURATIONMS"),
        ("_uid", "META__UID"), ("9lives", "META_9LIVES"), ("", "META_"), ("ä=\n", "META_____"),
        ("message", "META_MESSAGE"), ("priority", "META_PRIORITY"), ("object.pid", "META_OBJECT_PID"),
        ("code.file", "META_CODE_FILE"), ("syslog.identifier", "META_SYSLOG_IDENTIFIER"), ("unit", "META_UNIT"),
        ("meta.x", "META_META_X"), (String(repeating: "a", count: 70), String(repeating: "A", count: 64)),
    ])
    func aKeyBecomesAFieldThatJournaldKeepsAndNobodyElseMeans(key: String, field: String) {
        #expect(JournalField.name(of: key) == field)
    }

    @Test func aLogCallBecomesItsFields() {
        let fields = Self.fields(["run.id": "7", "nested": ["a": ["1", "2"], "b": ["c": "3"]], "empty": ""])
        #expect(fields["MESSAGE"] == "hello")
        #expect(fields["PRIORITY"] == "4")
        #expect(fields["SYSLOG_IDENTIFIER"] == "caretaker")
        #expect(fields["SWIFT_LOG_LABEL"] == "label")
        #expect(fields["CODE_FILE"] == "Module/File.swift")
        #expect(fields["CODE_LINE"] == "12")
        #expect(fields["CODE_FUNC"] == "call()")
        #expect(fields["RUN_ID"] == "7")
        #expect(fields["NESTED_A"] == "[1, 2]")
        #expect(fields["NESTED_B_C"] == "3")
        #expect(fields["EMPTY"] == nil)
    }

    @Test func anEventIsNamedByItsWordOrItsIdentifierAndByNothingElse() {
        let named = Self.fields(["message.id": "run_failed"])
        #expect(named["MESSAGE_ID"] == JournalEvent.runFailed.id)
        #expect(named["EVENT"] == "run_failed")
        #expect(Self.fields(["message.id": "\(JournalEvent.runLost.id)"])["MESSAGE_ID"] == JournalEvent.runLost.id)
        let wrong = Self.fields(["message.id": "nonsense", "event": "forged"])
        #expect(wrong["MESSAGE_ID"] == nil)
        #expect(wrong["EVENT"] == nil)
        #expect(wrong["META_MESSAGE_ID"] == "nonsense")
    }

    @Test func twoKeysOfOneFieldAreBothTold() {
        #expect(Self.fields(["run.id": "1", "run_id": "2"])["RUN_ID"] == "1, 2")
    }

    @Test func noValueMakesAFieldOfItsOwn() {
        let entry = Self.entry(["text": "a\nPRIORITY=0\nRUN_ID=9", "k\nPRIORITY=0": "x"], "m\nPRIORITY=0")
        #expect(!entry.bytes.contains(0x0A))
        #expect(Self.texts(of: entry).filter { $0.hasPrefix("PRIORITY=") } == ["PRIORITY=4"])
        #expect(!Self.texts(of: entry).contains { $0.hasPrefix("RUN_ID=") })
    }

    @Test func valuesMessagesAndTheNumberOfFieldsAreBounded() {
        let many = Dictionary(uniqueKeysWithValues: (100..<200).map { ("k\($0)", Logger.MetadataValue.string("v")) })
        let fields = Self.fields(many)
        #expect(fields.keys.filter { $0.hasPrefix("K1") }.count == LogRecord.mostFields)
        #expect(fields["OMITTED"] == "36")
        let long = Self.fields(
            ["v": .string(String(repeating: "x", count: 5000))],
            String(repeating: "y", count: 60_000)
        )
        #expect(long["V"]?.hasSuffix("x…[truncated 904]") == true)
        #expect(long["MESSAGE"]?.hasSuffix("y…[truncated 10848]") == true)
    }

    @Test func aSecretIsNeverShown() {
        let fields = Self.fields(["token": .secret("hunter2"), "list": [.secret("hunter2"), "seen"]])
        #expect(fields["TOKEN"] == "[secret]")
        #expect(fields["LIST"] == "[[secret], seen]")
    }

    @Test func anErrorIsTold() {
        struct Trouble: Error, CustomStringConvertible { let description = "trouble" }
        let event = Self.event("hello", [:], Trouble())
        let record = LogRecord(event, label: "label", metadata: [:], provider: nil)
        let fields = Self.fields(of: JournalEntry(record, identifier: "caretaker"))
        #expect(fields["ERROR_MESSAGE"] == "trouble")
        #expect(fields["ERROR_TYPE"]?.hasSuffix("Trouble") == true)
    }

    static func event(_ message: String, _ metadata: Logger.Metadata, _ error: (any Error)? = nil) -> LogEvent {
        LogEvent(
            level: .warning,
            message: "\(message)",
            error: error,
            metadata: metadata,
            source: "Source",
            file: "Module/File.swift",
            function: "call()",
            line: 12
        )
    }

    static func entry(_ metadata: Logger.Metadata, _ message: String = "hello") -> JournalEntry {
        let record = LogRecord(event(message, metadata), label: "label", metadata: [:], provider: nil)
        return JournalEntry(record, identifier: "caretaker")
    }

    static func texts(of entry: JournalEntry) -> [String] {
        zip([0] + entry.ends, entry.ends).map { String(decoding: entry.bytes[$0..<$1], as: UTF8.self) }
    }

    static func fields(_ metadata: Logger.Metadata, _ message: String = "hello") -> [String: String] {
        fields(of: entry(metadata, message))
    }

    static func fields(of entry: JournalEntry) -> [String: String] {
        let pairs = texts(of: entry).map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), String(parts[1]))
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
