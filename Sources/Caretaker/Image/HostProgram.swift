import Foundation
import Glibc

/// A program of this machine that a command needs done.
struct HostProgram {
    let path: String
    let environment: [String: String]

    /// Runs a program in this process's environment with more added.
    init(_ path: String, environment: [String: String] = [:]) {
        self.path = path
        self.environment = environment
    }

    /// Where a name is in PATH; a path as it is, when there is such a program.
    static func path(of name: String) -> String? {
        StandardPaths.program(name, path: ProcessInfo.processInfo.environment["PATH"])
    }

    /// What it prints, without white space at the ends; its standard error goes to ours.
    func output(_ arguments: [String]) throws -> String {
        let pipe = Pipe()
        let process = try start(arguments, output: pipe)
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        try finish(process)
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Runs it with our input, output and errors.
    func show(_ arguments: [String]) throws {
        try finish(start(arguments, output: nil))
    }

    private func start(_ arguments: [String], output: Pipe?) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let output { process.standardOutput = output }
        do {
            try process.run()
        } catch {
            throw Failure("\(path) cannot be started: \(error.localizedDescription)", code: EX_UNAVAILABLE)
        }
        return process
    }

    private func finish(_ process: Process) throws {
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw Failure("\(path) failed (\(process.terminationStatus))", code: EX_UNAVAILABLE)
        }
    }
}
