import Foundation
import Glibc

/// The machine's processes, for tests that look whether any is left.
package enum Processes {
    /// The processes whose command line or working directory has a text in it, without this one.
    package static func mentioning(_ text: String) -> [CInt] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { CInt($0) }.filter { pid in
            guard pid != getpid() else { return false }
            let arguments = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
            let folder = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")) ?? ""
            return String(decoding: arguments, as: UTF8.self).contains(text) || folder.contains(text)
        }
    }
}
