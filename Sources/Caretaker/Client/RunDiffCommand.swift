import AgentStream
import ArgumentParser
import Foundation
import Glibc

/// `caretaker run diff`.
struct RunDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Prints the uncommitted work of a run as a patch, byte for byte, unless it goes to a terminal.",
        discussion: """
              caretaker run diff RUN
              caretaker run diff RUN > work.patch
            """
    )

    @Argument(help: "The run's id.")
    var run: String

    @OptionGroup var colors: ColorOptions

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            let client = try ServiceClient(connection)
            let result = try await client.query("runs.result", ["id": .string(run)])
            guard let path = result["patchUrl"]?.string else {
                throw Failure("Run \(run) has kept no uncommitted work.", code: EX_SOFTWARE)
            }
            let patch = try await client.bytes(of: path)
            guard Terminal.isPresent else { return FileHandle.standardOutput.write(Data(patch)) }
            print(PatchText.shown(patch, inColor: colors.inColor), terminator: "")
        }
    }
}
