import Foundation
import TestSupport
import Testing

@testable import Journal

struct JournalCatalogTests {
    static let path = "\(TestEngine.repository)/systemd/catalog/caretaker.catalog"

    @Test func everyEventHasATextAndEveryTextAnEvent() throws {
        let entries = try Self.entries()
        #expect(entries.map { $0.id }.sorted() == JournalEvent.allCases.map(\.id).sorted())
        for entry in entries {
            #expect(entry.headers["Subject"]?.isEmpty == false)
            #expect(entry.headers["Defined-By"] == "caretaker")
            #expect(entry.body.contains("What to do: "))
        }
    }

    @Test func identifiersAndWordsAreWellFormedAndUnique() {
        let ids = JournalEvent.allCases.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{32}/) != nil })
        #expect(JournalEvent.allCases.allSatisfy { $0.rawValue.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil })
    }

    @Test func textsNameOnlyFieldsThatEntriesCanHave() throws {
        let sources = try Self.sources()
        for entry in try Self.entries() {
            let event = try #require(JournalEvent.allCases.first { $0.id == entry.id })
            for name in (entry.headers["Subject", default: ""] + entry.body).matches(of: /@([^@\n]*)@/) {
                let key = name.1.lowercased().replacing("_", with: ".")
                #expect(JournalField.name(of: key) == String(name.1))
                let isGiven = sources.contains { $0.contains("\"\(key)\"") }
                #expect(isGiven, "\(event.rawValue): \(key)")
            }
        }
    }

    @Test func everyEventIsLoggedSomewhere() throws {
        let sources = try Self.sources()
        for event in JournalEvent.allCases {
            let isNamed = sources.contains { $0.contains("\"\(event.rawValue)\"") }
            #expect(isNamed, "\(event.rawValue)")
        }
    }

    /// The sources but for those that only define the events.
    private static func sources() throws -> [String] {
        let root = "\(TestEngine.repository)/Sources"
        return try FileManager.default.subpathsOfDirectory(atPath: root)
            .filter { $0.hasSuffix(".swift") && !$0.hasSuffix("/JournalEvent.swift") }
            .map { try String(contentsOfFile: "\(root)/\($0)", encoding: .utf8) }
    }

    private struct Entry {
        let id: String
        var headers: [String: String] = [:]
        var body = ""
    }

    private static func entries() throws -> [Entry] {
        var entries: [Entry] = []
        var isHead = false
        for line in try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n") {
            if line.hasPrefix("-- ") {
                entries.append(Entry(id: String(line.dropFirst(3))))
                isHead = true
            } else if let last = entries.indices.last, isHead, !line.isEmpty {
                let parts = line.split(separator: ":", maxSplits: 1)
                entries[last].headers[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces)
            } else if let last = entries.indices.last {
                isHead = false
                entries[last].body += line + "\n"
            }
        }
        return entries
    }
}
