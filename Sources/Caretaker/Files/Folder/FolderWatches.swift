import Foundation
import Glibc
import Synchronization

/// The kernel's notices of one folder: of what is in it, and of what leads to it.
final class FolderWatches: Sendable {
    /// The queue of events; negative when the system grants none.
    let descriptor: CInt
    private let reason: String?
    private let watched = Mutex<[CInt: Place]>([:])

    /// What is watched in one folder.
    private enum Place: Hashable {
        /// Everything.
        case content
        /// Only these names, by which the path goes on.
        case way(Set<String>)
    }

    private static let names = UInt32(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB)
    private static let contents =
        names | UInt32(IN_CLOSE_WRITE) | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF)

    init() {
        descriptor = inotify_init1(CInt(IN_CLOEXEC) | CInt(IN_NONBLOCK))
        reason = descriptor < 0 ? String(cString: strerror(errno)) : nil
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Watches a folder and nothing else from now on.
    ///
    /// - Parameter root: Its path; nil for no folder.
    /// - Returns: Why not all changes will be noticed, if so.
    func watch(_ root: String?) -> String? {
        guard let root else {
            replace([:])
            return nil
        }
        if let reason { return reason }
        var places: [CInt: Place] = [:]
        addWay(to: root, &places)
        var problem: String?
        for folder in TaskFiles.folders(of: root).folders {
            let watch = inotify_add_watch(descriptor, folder, Self.contents | UInt32(IN_ONLYDIR))
            if watch >= 0 {
                places[watch] = .content
            } else if errno != ENOENT, errno != EACCES {
                // A folder that is not there or cannot be read is told as such.
                problem = "\(folder): \(String(cString: strerror(errno)))"
            }
        }
        replace(places)
        return problem
    }

    /// Watches each folder on the way for the name that leads on, through symbolic links; what is missing is waited for
    /// where it would be.
    private func addWay(to root: String, _ places: inout [CInt: Place]) {
        var (folder, rest) = ("", root.split(separator: "/").map(String.init))
        var links = 0
        while let name = rest.first {
            let here = folder.isEmpty ? "/" : folder
            let watch = inotify_add_watch(descriptor, here, Self.names | UInt32(IN_ONLYDIR))
            if watch >= 0 {
                guard case .way(let names) = places[watch, default: .way([])] else { return }
                places[watch] = .way(names.union([name]))
            }
            rest.removeFirst()
            if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)") {
                links += 1
                guard links <= 40 else { return }
                let path = TaskFiles.absolute(target.hasPrefix("/") ? target : "\(folder)/\(target)")
                (folder, rest) = ("", path.split(separator: "/").map(String.init) + rest)
            } else {
                folder += "/\(name)"
            }
        }
    }

    private func replace(_ places: [CInt: Place]) {
        let old = watched.withLock { watched in
            defer { watched = places }
            return watched
        }
        for watch in old.keys where places[watch] == nil { inotify_rm_watch(descriptor, watch) }
    }

    /// Reads what has happened; answers whether it counts.
    func takeEvents() -> Bool {
        var counts = false
        let places = watched.withLock(\.self)
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return counts }
            var place = 0
            while place + MemoryLayout<inotify_event>.size <= count {
                let event = buffer.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: inotify_event.self) }
                let start = place + MemoryLayout<inotify_event>.size
                let end = min(count, start + Int(event.len))
                let name = String(decoding: buffer[start..<end].prefix { $0 != 0 }, as: UTF8.self)
                if Self.counts(event, name, places) { counts = true }
                place = end
            }
        }
    }

    private static func counts(_ event: inotify_event, _ name: String, _ places: [CInt: Place]) -> Bool {
        // Some were lost.
        if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { return true }
        // That a watch has ended was told by what ended it.
        guard event.mask & UInt32(IN_IGNORED) == 0 else { return false }
        switch places[event.wd] {
        case .content: return true
        case .way(let names): return names.contains(name)
        // It may be of a watch that is about to be known.
        case nil: return true
        }
    }
}
