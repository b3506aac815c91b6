import AgentStream
import ArgumentParser
import Foundation
import Glibc
import Model
import Store

/// `caretaker check`: looks whether what is kept is whole.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Looks whether the database and the runs' folders are whole; changes nothing.",
        discussion: """
            It reads all of the state directory, with or without a service on it, as root or as the service's user. The \
            exit code is 1 when something is wrong.

              caretaker check
              caretaker check --state-dir /var/lib/caretaker --format json
            """
    )

    @Option(help: "The state directory. Default: that of a service without configuration.")
    var stateDir: String?

    @OptionGroup var output: OutputOptions

    func run() throws {
        do {
            let folder = stateDir ?? StandardPaths.stateFolder(ProcessInfo.processInfo.environment)
            guard try isWhole(folder) else { throw ExitCode(1) }
        } catch let error as StoreError where error.code == .notFound {
            throw Failure(error.message, code: EX_NOINPUT).reported
        } catch let exit as ExitCode {
            throw exit
        } catch {
            throw Failure("the database cannot be read: \(error)", code: 1).reported
        }
    }

    private func isWhole(_ folder: String) throws -> Bool {
        let file = try StoreFile(folder: folder)
        let before = Self.folders(folder)
        let found = try file.examine()
        var faults = found.faults
        let strays = try file.unknown(before.sorted().map(Run.ID.init(rawValue:)))
        // What is made or removed meanwhile is in one of the two.
        let after = Self.folders(folder)
        faults += strays.filter { after.contains($0.rawValue) }.map { "runs/\($0) belongs to no run" }
        faults += try Self.missingWork(of: file, in: folder).map { "runs/\($0) is not there, and its run has it" }
        try file.close()
        let answer: JSONValue = [
            "bytes": JSONValue(found.bytes), "schema": JSONValue(found.schema),
            "newestSchema": JSONValue(found.newestSchema), "givesRoomBack": .bool(found.givesRoomBack),
            "runFolders": JSONValue(before.count), "faults": .array(faults.map { .string($0) }),
        ]
        output.show(answer, naming: nil) {
            let room = found.givesRoomBack ? "goes back to the file system" : "stays: made by an older version"
            Output.fields([
                ("database", "\(found.bytes) bytes"), ("schema", "\(found.schema) of \(found.newestSchema)"),
                ("free room", room), ("folders of runs", "\(before.count)"),
            ])
            for fault in faults { print("WRONG: \(fault)") }
            print(faults.isEmpty ? "Nothing is wrong." : "\(faults.count) things are wrong.")
        }
        return faults.isEmpty
    }

    /// The files of agents' work that rows tell of and that are not there.
    private static func missingWork(of file: StoreFile, in state: String) throws -> [String] {
        let missing = Set(try kept(in: file).filter { !FileManager.default.fileExists(atPath: "\(state)/runs/\($0)") })
        // What expires goes from its row before its file goes.
        return missing.isEmpty ? [] : try kept(in: file).filter(missing.contains)
    }

    private static func kept(in file: StoreFile) throws -> [String] {
        try file.results().flatMap { run, result in
            [(WorkFile.bundle, result.bundleBytes), (.patch, result.patchBytes)].compactMap { work, bytes in
                bytes == nil ? nil : "\(run)/\(work.name)"
            }
        }
    }

    private static func folders(_ state: String) -> Set<String> {
        Set((try? FileManager.default.contentsOfDirectory(atPath: "\(state)/runs")) ?? [])
    }
}
