import Foundation
import TestSupport
import Testing

@testable import Journal

/// On a real systemd and a real journald.
@Suite(.serialized, .enabled(if: TestEngine.isWanted(), "\(TestEngine.remedy)"), .timeLimit(.minutes(3)))
struct JournaldTests {
    @Test func aRunsStoryIsFoundByItsIdentifierWithTextsOfTheCatalogue() async throws {
        try await Self.withMachine { machine in
            try await machine.copy(JournalCatalogTests.path, to: "/usr/lib/systemd/catalog/caretaker.catalog")
            try await machine.run("journalctl", "--update-catalog")
            try await machine.run("systemd-run", "--wait", "--quiet", Self.probe, "story", "run-7")
            try await machine.run("systemd-run", "--wait", "--quiet", Self.probe, "story", "run-8")
            let entries = try await Self.entries(machine, "RUN_ID=run-7")
            let words = [
                "run_queued", "run_starting", "run_running", "run_step_failed", "run_failed", "run_cleaned_up",
            ]
            #expect(entries.map { $0["EVENT"] } == words)
            let last = try #require(entries.last)
            #expect(last["MESSAGE_ID"] == JournalEvent.runCleanedUp.id)
            #expect(last["_TRANSPORT"] == "journal")
            #expect(last["SYSLOG_IDENTIFIER"] == "caretaker")
            #expect(last["CODE_FILE"] == "JournalProbe/main.swift")
            #expect(last["PRIORITY"] == "6")
            let told = try await machine.run("journalctl", "--no-pager", "-x", "RUN_ID=run-7")
            #expect(told.contains("Subject: Run run-7 failed"))
            #expect(told.contains("The run ended with the reason agent_error."))
        }
    }

    @Test func forgedLinesAndFieldsStayText() async throws {
        try await Self.withMachine { machine in
            try await machine.run("systemd-run", "--wait", "--quiet", Self.probe, "forge", "real")
            #expect(try await Self.entries(machine, "RUN_ID=forged").isEmpty)
            let entries = try await Self.entries(machine, "RUN_ID=real")
            #expect(entries.count == 1)
            let entry = try #require(entries.first)
            #expect(entry["PRIORITY"] == "5")
            #expect(entry["MESSAGE"]?.hasPrefix("first\\nPRIORITY=0\\nRUN_ID=forged") == true)
            #expect(entry["MESSAGE"]?.hasSuffix("\\u{0}end") == true)
            #expect(entry["META_PRIORITY"] == "0")
            #expect(entry["_UID"] == "0")
            #expect(entry["META__UID"] == "0")
            let lines = try await machine.run("journalctl", "--no-pager", "-o", "cat", "RUN_ID=real")
            #expect(lines.split(separator: "\n").count == 1)
        }
    }

    @Test func theJournalIsFoundOnlyWhereStandardErrorLeadsThere() async throws {
        try await Self.withMachine { machine in
            let styles = [
                ("", "journal"), ("-p StandardError=file:/dev/null", "text"),
                ("-p InaccessiblePaths=/run/systemd/journal/socket", "prefixed"),
                ("-p StandardError=file:/dev/null -E PROBE_FORMAT=journal", "journal"),
                ("-E PROBE_FORMAT=json", "json"),
            ]
            for (options, style) in styles {
                let command = "systemd-run --wait --quiet --unit style-\(style) \(options) \(Self.probe) style"
                try await machine.shell(command)
                let lines = try await machine.run("journalctl", "--no-pager", "-o", "cat", "-u", "style-\(style)")
                #expect(lines.split(separator: "\n").contains { $0 == style }, "\(options)")
            }
        }
    }

    @Test func aPrefixIsReadAsThePriority() async throws {
        try await Self.withMachine { machine in
            let options = "--unit prefixed -p InaccessiblePaths=/run/systemd/journal/socket"
            try await machine.shell("systemd-run --wait --quiet \(options) \(Self.probe) say run-9")
            let entries = try await Self.entries(machine, "_SYSTEMD_UNIT=prefixed.service", "PRIORITY=3")
            #expect(entries.map { $0["MESSAGE"] } == ["run.id=run-9 [JournalProbe] said aloud"])
        }
    }

    @Test func aJournaldThatHangsHoldsNobodyUpAndIsToldOfWhatWasLost() async throws {
        try await Self.withMachine { machine in
            let journald = try await machine.run("systemctl", "show", "-P", "MainPID", "systemd-journald")
            try await machine.shell("kill -STOP \(journald)")
            let flood = "PROBE_FORMAT=journal \(Self.probe) flood 12000 \(journald)"
            let seen = Self.pairs(try await machine.shell(flood))
            let lost = try #require(seen["overflowed"].flatMap { Int($0) })
            #expect(lost > 0)
            #expect(seen["in"] == "time true")
            #expect(seen["undelivered"] == "0")
            // Swift is not optimised here; had each entry waited for journald, it would be forever.
            #expect(try #require(seen["took"].flatMap { Double($0) }) < 20_000)
            try await machine.run("journalctl", "--sync")
            let entries = try await Self.entries(machine, "RUN_ID=flood")
            #expect(entries.count == 12_001 - lost)
            let told = try await Self.entries(machine, "MESSAGE_ID=\(JournalEvent.entriesLost.id)")
            #expect(told.compactMap { $0["ENTRIES_LOST"].flatMap { Int($0) } }.reduce(0, +) == lost)
            #expect(told.count <= 2)
        }
    }

    @Test func aJournaldThatIsGoneOrHangsForeverDoesNotKeepAProgramFromItsEnd() async throws {
        try await Self.withMachine { machine in
            let journald = try await machine.run("systemctl", "show", "-P", "MainPID", "systemd-journald")
            try await machine.shell("kill -STOP \(journald)")
            let hanging = Self.pairs(try await machine.shell("PROBE_FORMAT=journal \(Self.probe) flood 3000"))
            #expect(hanging["in"] == "time false")
            try await machine.shell("kill -CONT \(journald)")
            let units = "systemd-journald.socket systemd-journald-dev-log.socket systemd-journald.service"
            // It stops under the program, which has chosen the journal before.
            let stop = "PROBE_BEFORE='systemctl stop \(units)'"
            let gone = Self.pairs(try await machine.shell("\(stop) PROBE_FORMAT=journal \(Self.probe) flood 50"))
            #expect(gone["in"] == "time true")
            #expect(gone["undelivered"] == "50")
        }
    }

    @Test func systemdBelievesWhatItIsTold() async throws {
        try await Self.withMachine { machine in
            let options = "--unit told -p Type=notify -p WatchdogSec=30"
            try await machine.shell("systemd-run --quiet \(options) \(Self.probe) notify")
            let properties = try await machine.run(
                "systemctl",
                "show",
                "-p",
                "ActiveState,StatusText,MainPID",
                "told"
            )
            #expect(properties.contains("ActiveState=active"))
            #expect(properties.contains("StatusText=watchdog 30.0\\nMAINPID=1"))
            #expect(!properties.split(separator: "\n").contains("MainPID=1"))
        }
    }

    private static let probe = "/usr/local/bin/JournalProbe"

    private static func withMachine(_ body: (SystemdMachine) async throws -> Void) async throws {
        try await SystemdMachine.with(on: try TestEngine.shared()) { machine in
            try await machine.install("JournalProbe")
            try await machine.shell(
                """
                mkdir -p /etc/systemd/journald.conf.d
                printf '[Journal]\\nRateLimitIntervalSec=0\\n' >/etc/systemd/journald.conf.d/test.conf
                systemctl restart systemd-journald
                """
            )
            try await body(machine)
        }
    }

    /// The entries that match, with those of their fields that are texts.
    private static func entries(_ machine: SystemdMachine, _ matches: String...) async throws -> [[String: String]] {
        let match = matches.joined(separator: " ")
        let lines = try await machine.shell("journalctl --sync; journalctl --no-pager --quiet -o json \(match)")
        return try lines.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require(object).compactMapValues { $0 as? String }
        }
    }

    /// Lines of a word and what belongs to it.
    private static func pairs(_ text: String) -> [String: String] {
        let pairs = text.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
        return Dictionary(pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { $1 }
    }
}
