import Cron
import Foundation
import Testing

/// Against the brute-force reference, refcron.py, and Python's zoneinfo, which read the same zone files.
@Suite(.timeLimit(.minutes(20))) struct DifferentialTests {
    private static let isSoak = ProcessInfo.processInfo.environment["CARETAKER_SOAK"] != nil
    private static let seed = ProcessInfo.processInfo.environment["CARETAKER_SEED"] ?? "1"

    /// Rows of the generator, cut into fields.
    private static func rows(_ arguments: String...) throws -> [[String]] {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Differential/generate.py")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [script.path, seed] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return bytes.split(separator: UInt8(ascii: "\n")).map { line in
            line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
        }
    }

    @Test func thereIsNoDifferenceFromTheReference() throws {
        let count = Self.isSoak ? 20_000 : 2000
        var (expressions, instants, differences) = (0, 0, [String]())
        for row in try Self.rows(String(count)) {
            if row[0] != "days" { expressions += 1 }
            let expected = row.count > 5 ? row[5].split(separator: ",").compactMap { Int64($0) } : []
            instants += expected.count
            if let difference = Self.difference(row, expected) { differences.append(difference) }
        }
        print(
            "differential: seed \(Self.seed), \(expressions) expressions, \(instants) instants, \(differences.count) differences"
        )
        #expect(differences.isEmpty, "\(differences.prefix(20).joined(separator: "\n"))")
        #expect(expressions == count && instants > count)
    }

    /// What is different, if anything is.
    private static func difference(_ row: [String], _ expected: [Int64]) -> String? {
        let kind = row[0]
        do {
            let expression = try CronExpression(row[1], key: "")
            guard kind != "bad" else { return "accepted: \(row[1])" }
            let table = try Timetable(expression, zone: zoneFiles.zone(kind == "never" ? "UTC" : row[2]))
            guard kind != "never" else { return "accepted though it never fires: \(row[1])" }
            let after = Int64(row[3]) ?? 0
            if kind == "days" {
                let found = table.starts(after: after, until: expected.last ?? after)
                let back = table.startsBackwards(after: after, until: expected.last ?? after)
                return found == expected && back == expected ? nil : "\(row): \(found), backwards \(back)"
            }
            let until = Int64(row[4]) ?? 0
            let found = table.starts(after: after, until: until)
            guard found == expected else { return "\(row): \(found)" }
            let back = table.startsBackwards(after: after, until: until)
            guard back == expected else { return "backwards \(row): \(back)" }
            return probe(table, after, until, expected).map { "\(row): \($0)" }
        } catch {
            return kind == "bad" || kind == "never" ? nil : "\(row.prefix(5)): \(error)"
        }
    }

    /// Asks from instants between the starts, not at whole minutes only, since a scheduler wakes up anywhere.
    private static func probe(_ table: Timetable, _ after: Int64, _ until: Int64, _ expected: [Int64]) -> String? {
        var place = after + expected.reduce(0) { ($0 + $1 / 60) % 1000 }
        var position = 0
        while place < until {
            while position < expected.count, expected[position] <= place { position += 1 }
            if position < expected.count, table.next(after: place) != expected[position] {
                return "next after \(place) is not \(expected[position])"
            }
            let isStart = position > 0 && expected[position - 1] == place
            let before = position - (isStart ? 2 : 1)
            if before >= 0, table.previous(before: place) != expected[before] {
                return "previous before \(place) is not \(expected[before])"
            }
            place += 1013
        }
        return nil
    }

    @Test func everyZonesOffsetsAreThoseOfPython() throws {
        var (zones, differences) = (0, [String]())
        for row in try Self.rows("0", "zones") {
            zones += 1
            let zone = try zoneFiles.zone(row[1])
            for sample in row[2].split(separator: ",") {
                let parts = sample.split(separator: ":", maxSplits: 2)
                let instant = try #require(Int64(parts[0]))
                if zone.offset(at: instant) != Int(parts[1]) || zone.abbreviation(at: instant) != parts[2] {
                    differences.append("\(row[1]) at \(sample)")
                }
            }
        }
        print("zones: \(zones), \(differences.count) differences")
        #expect(differences.isEmpty, "\(differences.prefix(20).joined(separator: "\n"))")
        #expect(zones > 300)
    }
}
