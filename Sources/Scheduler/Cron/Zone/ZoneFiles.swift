import Glibc
import Synchronization

/// The host's zone files; a zone is read again when its file changed.
package final class ZoneFiles: Sendable {
    /// What was read.
    private struct Entry {
        var stamp: ZoneFile.Stamp?
        var contents: [UInt8]
        /// Nil while the file is not there or cannot be used.
        var zone: Zone?
        /// It changed, and nobody was told yet.
        var isNews = false
    }

    /// How many names without a zone are looked for: more than there are zones, and not all that anybody asks for.
    private static let mostMissing = 4096

    private let folder: String
    private let hostFolder: String
    private let environmentZone: String?
    private let entries = Mutex<[String: Entry]>([:])

    /// Reads nothing yet.
    ///
    /// - Parameters:
    ///   - folder: Where the zone files are.
    ///   - hostFolder: Where the host's `timezone` and `localtime` are.
    ///   - environmentZone: The host's `TZ`.
    package init(
        folder: String = "/usr/share/zoneinfo",
        hostFolder: String = "/etc",
        environmentZone: String? = getenv("TZ").map { String(cString: $0) }
    ) {
        self.folder = folder
        self.hostFolder = hostFolder
        self.environmentZone = environmentZone
    }

    /// The zone, as its file says now.
    package func zone(_ name: String) throws(ZoneError) -> Zone {
        guard ZoneName.isSafe(name) else {
            throw ZoneError(code: .badName, name: name, reason: "this is no zone's name; write one as Europe/Berlin")
        }
        return try entries.withLock { entries throws(ZoneError) in try update(&entries, name) }
    }

    /// Looks at every zone that was asked for; the names of those whose contents changed, which were lost or are there
    /// now.
    package func refresh() -> [String] {
        entries.withLock { entries in
            for name in entries.keys { _ = try? update(&entries, name) }
            let news = entries.filter(\.value.isNews).keys.sorted()
            for name in news { entries[name]?.isNews = false }
            return news
        }
    }

    /// What the host's clock on the wall shows: `TZ`, `timezone`, the link `localtime`, else UTC.
    package func hostZoneName() -> String {
        var candidates: [String] = []
        if let environmentZone {
            if environmentZone.isEmpty { return "UTC" }
            candidates.append(environmentZone.hasPrefix(":") ? String(environmentZone.dropFirst()) : environmentZone)
        }
        if let contents = ZoneFile.read("\(hostFolder)/timezone")?.contents {
            candidates += contents.words(in: 0..<contents.count).prefix(1).map { contents.text($0) }
        }
        if let target = ZoneFile.linkTarget("\(hostFolder)/localtime") { candidates.append(target) }
        for candidate in candidates {
            let name = nameInFolder(candidate)
            if (try? zone(name)) != nil { return name }
        }
        return "UTC"
    }

    /// A path's part below the folder of zones; a name stays as it is.
    private func nameInFolder(_ path: String) -> String {
        for prefix in ["\(folder)/", "/usr/share/zoneinfo/", "../usr/share/zoneinfo/"] where path.hasPrefix(prefix) {
            return String(path.dropFirst(prefix.count))
        }
        return path
    }

    private func update(_ entries: inout [String: Entry], _ name: String) throws(ZoneError) -> Zone {
        let path = "\(folder)/\(name)"
        let known = entries[name]
        if let known, let zone = known.zone, let stamp = known.stamp, ZoneFile.stamp(path) == stamp { return zone }
        guard let (stamp, contents) = ZoneFile.read(path) else {
            lose(&entries, name)
            throw ZoneError(code: .unknown, name: name, reason: "the host has no such zone in \(folder)")
        }
        if var same = known, let zone = same.zone, same.contents == contents {
            same.stamp = stamp
            entries[name] = same
            return zone
        }
        do {
            let zone = try Zone(name: name, contents: contents)
            entries[name] = Entry(stamp: stamp, contents: contents, zone: zone, isNews: known != nil)
            return zone
        } catch {
            lose(&entries, name)
            throw error
        }
    }

    /// Notes that a zone is not there: that is news if it was, and its coming will be in any case.
    private func lose(_ entries: inout [String: Entry], _ name: String) {
        if let known = entries[name] {
            guard known.zone != nil else { return }
        } else {
            guard entries.count(where: { $0.value.zone == nil }) < Self.mostMissing else { return }
        }
        entries[name] = Entry(stamp: nil, contents: [], zone: nil, isNews: entries[name] != nil)
    }
}
