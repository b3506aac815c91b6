import Glibc

/// Where the programs under test are.
package enum Binaries {
    /// The path of a built program: from `CARETAKER_BIN_DIR`, else beside the test bundle.
    package static func path(_ name: String) -> String {
        "\(folder)/\(name)"
    }

    private static let folder: String = {
        if let told = getenv("CARETAKER_BIN_DIR") { return String(cString: told) }
        // The test runner is given the bundle's path; without one, the bundle is the program itself.
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? ownPath
        let end = bundle.lastIndex(of: "/") ?? bundle.startIndex
        return String(bundle[..<end])
    }()

    private static var ownPath: String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
