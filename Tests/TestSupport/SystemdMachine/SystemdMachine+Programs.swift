import Foundation

extension SystemdMachine {
    /// Runs a program in the machine, outside all units; answers what it prints.
    @discardableResult
    package func run(_ arguments: String...) async throws -> String {
        try await engine.run(["exec", name] + arguments)
    }

    /// Runs a script of `sh`.
    @discardableResult
    package func shell(_ script: String) async throws -> String {
        try await engine.run("exec", name, "/bin/sh", "-c", script)
    }

    /// Copies a file or a folder of the host in.
    package func copy(_ path: String, to target: String) async throws {
        try await engine.run("cp", "--follow-link", path, "\(name):\(target)")
    }

    /// Copies a program that was built with the tests in, and the libraries that no Debian has; answers its path there.
    @discardableResult
    package func install(_ program: String) async throws -> String {
        let source = Binaries.path(program)
        let words = try await engine.runProgram("/usr/bin/ldd", [source]).split(whereSeparator: \.isWhitespace)
        for library in Set(words.map(String.init)) where library.hasPrefix("/") {
            let isSystems = ["/lib/", "/lib64/", "/usr/lib/"].contains { library.hasPrefix($0) }
            if !isSystems || library.contains("/swift/") { try await copy(library, to: "/usr/local/lib/") }
        }
        try await run("ldconfig")
        let target = "/usr/local/bin/\(program)"
        try await copy(source, to: target)
        return target
    }
}
