import Cron
import Foundation
import Testing

/// Zones in folders.
@Suite final class ZoneFilesTests {
    private let folder = "\(NSTemporaryDirectory())zones-\(UUID().uuidString)"

    init() throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/Area", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func write(_ contents: [UInt8], _ name: String) throws {
        try Data(contents).write(to: URL(fileURLWithPath: "\(folder)/\(name)"), options: .atomic)
    }

    private func files(_ environmentZone: String? = nil) -> ZoneFiles {
        ZoneFiles(folder: folder, hostFolder: folder, environmentZone: environmentZone)
    }

    @Test func aChangedFileIsReadAgainAndToldOnce() throws {
        let files = files()
        try write(ZoneTests.file(footer: "AAA-1"), "Area/One")
        #expect(try files.zone("Area/One").offset(at: 0) == 0)
        #expect(try files.zone("Area/One").offset(at: 2_000_000_000) == 3600)
        #expect(files.refresh() == [])
        try write(ZoneTests.file(footer: "AAA-2"), "Area/One")
        #expect(try files.zone("Area/One").offset(at: 2_000_000_000) == 7200)
        #expect(files.refresh() == ["Area/One"])
        #expect(files.refresh() == [])
        try write(ZoneTests.file(footer: "AAA-2"), "Area/One")
        #expect(files.refresh() == [])
    }

    @Test func aLostFileIsToldAndAnswersAgainWhenItIsBack() throws {
        let files = files()
        try write(ZoneTests.file(footer: "AAA-1"), "Area/One")
        _ = try files.zone("Area/One")
        try FileManager.default.removeItem(atPath: "\(folder)/Area/One")
        #expect(files.refresh() == ["Area/One"])
        #expect(files.refresh() == [])
        let error = try #require(throws: ZoneError.self) { try files.zone("Area/One") }
        #expect(error.code == .unknown)
        try write(ZoneTests.file(footer: "AAA-1"), "Area/One")
        #expect(files.refresh() == ["Area/One"])
        #expect(try files.zone("Area/One").offset(at: 2_000_000_000) == 3600)
        try write([1, 2, 3], "Area/One")
        #expect(files.refresh() == ["Area/One"])
        #expect(throws: ZoneError.self) { try files.zone("Area/One") }
    }

    @Test func aZoneThatWasNeverThereIsToldWhenItComes() throws {
        let files = files()
        #expect(throws: ZoneError.self) { try files.zone("Area/One") }
        #expect(files.refresh() == [])
        // Whoever else asks takes nothing from it, neither before the file is there nor after.
        #expect(throws: ZoneError.self) { try files.zone("Area/One") }
        try write(ZoneTests.file(footer: "AAA-1"), "Area/One")
        #expect(try files.zone("Area/One").offset(at: 2_000_000_000) == 3600)
        #expect(files.refresh() == ["Area/One"])
        #expect(files.refresh() == [])
    }

    @Test func aFileThatCouldNotBeUsedIsToldWhenItCan() throws {
        try write([1, 2, 3], "Area/One")
        let files = files()
        #expect(throws: ZoneError.self) { try files.zone("Area/One") }
        #expect(files.refresh() == [])
        try write(ZoneTests.file(footer: "AAA-1"), "Area/One")
        #expect(files.refresh() == ["Area/One"])
    }

    @Test func zonesThatAreThereAreKeptHoweverManyOthersAreAskedFor() throws {
        let files = files()
        try write(ZoneTests.file(footer: "AAA-1"), "Area/One")
        #expect(throws: ZoneError.self) { try files.zone("Area/Two") }
        for number in 0..<5000 { #expect(throws: ZoneError.self) { try files.zone("Area/None\(number)") } }
        _ = try files.zone("Area/One")
        for name in ["Area/Two", "Area/None7", "Area/None4999"] { try write(ZoneTests.file(footer: "AAA-1"), name) }
        #expect(files.refresh() == ["Area/None7", "Area/Two"])
        try FileManager.default.removeItem(atPath: "\(folder)/Area/One")
        #expect(files.refresh() == ["Area/One"])
    }

    @Test(arguments: [
        "", "/etc/passwd", "../etc", "Area/../One", "Area//One", "Area/", ".", "Area/.One", "Ärea", "A B", "A\0B",
        String(repeating: "a", count: 256),
    ])
    func unsafeNamesAreRefusedUnread(name: String) throws {
        let error = try #require(throws: ZoneError.self) { try files().zone(name) }
        #expect(error.code == .badName)
    }

    @Test func whatIsNoZoneFileIsRefused() throws {
        try write(Array("no zone".utf8), "tzdata.zi")
        #expect(try #require(throws: ZoneError.self) { try files().zone("tzdata.zi") }.code == .badFile)
        #expect(try #require(throws: ZoneError.self) { try files().zone("Area") }.code == .unknown)
        #expect(try #require(throws: ZoneError.self) { try files().zone("Area/None") }.code == .unknown)
    }

    @Test func theHostsZoneComesFromTheFirstPlaceThatNamesOne() throws {
        try write(ZoneTests.file(footer: "AAA-1"), "Area/One")
        try write(ZoneTests.file(footer: "AAA-2"), "Area/Two")
        try write(ZoneTests.file(footer: "AAA-3"), "Area/Three")
        #expect(files().hostZoneName() == "UTC")
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/localtime",
            withDestinationPath: "\(folder)/Area/Three"
        )
        #expect(files().hostZoneName() == "Area/Three")
        try write(Array("Area/Two\n".utf8), "timezone")
        #expect(files().hostZoneName() == "Area/Two")
        for value in ["Area/One", ":Area/One", ":\(folder)/Area/One"] {
            #expect(files(value).hostZoneName() == "Area/One")
        }
        #expect(files("Mars/Base").hostZoneName() == "Area/Two")
        #expect(files("").hostZoneName() == "UTC")
    }

    @Test func everyZoneOfTheHostCanBeRead() throws {
        for name in ["Europe/Berlin", "America/New_York", "Etc/UTC", "Cuba", "Etc/GMT+12", "America/Port-au-Prince"] {
            #expect(try zoneFiles.zone(name).name == name)
        }
    }
}
