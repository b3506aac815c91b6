import Foundation
import Glibc

/// What an image is made from, as it is installed or in a checkout of the repository.
enum ImageSources {
    static func dockerfile() throws -> String {
        try find("share/caretaker/executor/Dockerfile", "Executor/Dockerfile")
    }

    /// A program that prints the path of the pinned agent, which it downloads where it is missing.
    static func fetchAgent() throws -> String {
        try find("share/caretaker/executor/fetch-claude", "scripts/fetch-claude")
    }

    /// Looks in the folders above this program, which are `/usr` when it is installed.
    private static func find(_ installed: String, _ inCheckout: String) throws -> String {
        var folder = URL(fileURLWithPath: StandardPaths.beside("caretaker")).resolvingSymlinksInPath()
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            for name in [installed, inCheckout] {
                let path = folder.appendingPathComponent(name).path
                if FileManager.default.fileExists(atPath: path) { return path }
            }
        }
        throw Failure("\(installed) is not installed, and there is no checkout around this program", code: EX_OSFILE)
    }
}
