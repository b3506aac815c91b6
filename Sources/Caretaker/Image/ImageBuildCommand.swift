import ArgumentParser
import Foundation

/// `caretaker image build`.
struct ImageBuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Builds the image with the engine's command docker or podman.",
        discussion: """
            The agent is put into the image as it is on this machine; without --agent the pinned version is downloaded \
            with pip and its checksum is compared. A registry is asked for the base image only.

              caretaker image build --network host
              caretaker image build --tag agents:2 --without-agent --program /usr/bin/make
            """
    )

    @OptionGroup
    var engine: EngineOptions

    @Option(help: "What the image is called.")
    var tag = ImageCommand.defaultTag

    @Option(help: "The image to begin with, a Debian or Ubuntu (default: as the Dockerfile says).")
    var base: String?

    @Option(help: "The network that the build uses, such as host.")
    var network: String?

    @Option(help: "The agent's program to use (default: the pinned version is downloaded).")
    var agent: String?

    @Flag(help: "Leave the agent out, for tasks with a command of their own.")
    var withoutAgent = false

    @Option(help: "Debian packages instead of those that the Dockerfile names; git and tini are needed.")
    var packages: String?

    @Option(help: "Another program to put into the image; may be repeated.")
    var program: [String] = []

    @Option(help: "The executor's program (default: beside this one).")
    var executor: String?

    @Option(help: "The Dockerfile to use (default: the one that came with this program).")
    var dockerfile: String?

    @Option(help: "Only make the build context in this new folder, and print how it is built.")
    var into: String?

    @OptionGroup
    var output: OutputOptions

    func validate() throws {
        if agent != nil && withoutAgent { throw ValidationError("--agent and --without-agent contradict each other.") }
    }

    func run() throws {
        do {
            if let into {
                try makeContext(in: into)
            } else {
                try build()
            }
        } catch let failure as Failure {
            throw failure.reported
        }
    }

    private func build() throws {
        let command = try engine.command()
        let folder = "/var/tmp/caretaker-image-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let arguments = try prepare(folder)
        let build = ["build"] + arguments + [folder]
        if output.quiet || output.format != .table {
            _ = try command.output(build)
        } else {
            try command.show(build)
        }
        try ImageDescription(of: tag, by: command).show(output)
    }

    private var progress: ProgressLine { ProgressLine(isQuiet: output.quiet) }

    private func makeContext(in folder: String) throws {
        let arguments = try prepare(folder)
        print((["docker", "build"] + arguments + [folder]).map(Self.quoted).joined(separator: " "))
    }

    /// Makes the context; answers the arguments of `build`.
    private func prepare(_ folder: String) throws -> [String] {
        let executor = executor ?? StandardPaths.beside("caretaker-executor")
        progress.show("the build context is made")
        let context = try BuildContext(folder, dockerfile: dockerfile ?? ImageSources.dockerfile())
        try context.add(programs: [executor] + demoAgent(beside: executor) + program)
        var values = ["EXECUTOR_VERSION": try Self.version(of: executor)]
        values["BASE"] = base
        values["PACKAGES"] = packages
        if let agent = try agentProgram() {
            values["AGENT_VERSION"] = try Self.version(of: agent)
            values["AGENT_SHA256"] = try context.add(agent: agent)
        }
        let settings = values.sorted { $0.key < $1.key }.flatMap { ["--build-arg", "\($0.key)=\($0.value)"] }
        progress.clear()
        return ["--tag", tag] + (network.map { ["--network", $0] } ?? []) + settings
    }

    private func agentProgram() throws -> String? {
        if withoutAgent { return nil }
        if let agent { return agent }
        progress.show("the agent is downloaded, 380 MB at its first time")
        return try HostProgram(ImageSources.fetchAgent()).output([])
    }

    /// The agent of the demonstration, for trying things without a key.
    private func demoAgent(beside executor: String) -> [String] {
        let path = URL(fileURLWithPath: executor).deletingLastPathComponent().path + "/caretaker-demo-agent"
        return StandardPaths.isProgram(path) ? [path] : []
    }

    /// The first word of a program's `--version` that begins with a digit.
    private static func version(of program: String) throws -> String {
        let words = try HostProgram(program).output(["--version"]).split(whereSeparator: \.isWhitespace)
        guard let word = words.first(where: { $0.first?.isNumber == true }) else {
            throw Failure("\(program) --version names no version", code: EX_DATAERR)
        }
        return String(word)
    }

    private static func quoted(_ word: String) -> String {
        word.contains(" ") ? "'\(word)'" : word
    }
}
