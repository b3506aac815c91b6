import Foundation

/// The programs of others that the API's documents are tried with.
enum DocumentTool: String {
    case shell = "/bin/bash"
    case curl = "/usr/bin/curl"
    case jq = "/usr/bin/jq"
    case node = "/usr/bin/node"
    /// Debian's node-typescript.
    case typeScript = "/usr/bin/tsc"

    /// Whether to run the test: always in CI, so that it fails there when a part is missing.
    static func areWanted(_ tools: DocumentTool...) -> Bool {
        ProcessInfo.processInfo.environment["CI"] == "true"
            || tools.allSatisfy { FileManager.default.isExecutableFile(atPath: $0.rawValue) }
    }
}
