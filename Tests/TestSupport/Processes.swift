import Foundation
import Glibc

/// The machine's processes, for tests that look whether any is left.
package enum Processes {
    /// The processes whose command line or working directory has a text in it, without this one.
    package static func mentioning(_ text: String) -> [CInt] {
        others.filter { pid in
            String(decoding: contents(pid, "cmdline"), as: UTF8.self).contains(text) || folder(pid).contains(text)
        }
    }

    /// The processes that run a program in a folder with a text in its path.
    package static func running(_ program: String, in text: String) -> [CInt] {
        others.filter { target($0, "exe") == program && folder($0).contains(text) }
    }

    /// The processes in whose command line or environment a text stands, without this one.
    package static func revealing(_ text: String) -> [CInt] {
        let word = Data(text.utf8)
        return others.filter { pid in
            ["cmdline", "environ"].contains { contents(pid, $0).range(of: word) != nil }
        }
    }

    private static var others: [CInt] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { CInt($0) }.filter { $0 != getpid() }
    }

    private static func folder(_ pid: CInt) -> String { target(pid, "cwd") }

    private static func target(_ pid: CInt, _ link: String) -> String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/\(link)")) ?? ""
    }

    private static func contents(_ pid: CInt, _ file: String) -> Data {
        FileManager.default.contents(atPath: "/proc/\(pid)/\(file)") ?? Data()
    }
}
