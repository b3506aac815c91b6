import AgentStream
import Foundation
import Glibc
import TestSupport
import Testing

/// The API key reaches the API and nobody else.
@Suite(.timeLimit(.minutes(5)), .enabled(if: RealAgent.isWanted, "\(RealAgent.remedy)"))
struct RealAgentKeyTests {
    @Test(arguments: [ServiceUnderTest.KeyPlace.file, .environment])
    func theKeyIsInNoProcessFileLogOrReachOfATool(_ place: ServiceUnderTest.KeyPlace) async throws {
        let announcement = try Announcement(in: "/tmp")
        let gate = "/tmp/ct-gate-\(UInt32.random(in: .min ... .max))"
        mkfifo(gate, 0o666)
        defer { for path in [announcement.path, gate] { unlink(path) } }
        var script: MessageScript = [:]
        // The command stays until the test has looked around.
        script.add("Spy.", [.bash("\(announcement.command); cat \(gate)"), .bash(Self.spying), .text("Done.")])
        script.add("Spy again.", [.bash(Self.spying), .text("Done.")])
        try await ServiceUnderTest.withRealAgent(script, key: place) { service, api in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(
                ["Spy.", "Spy again."],
                repository: repository.path,
                settings: Agent.settings()
            )
            try await announcement.wait(for: run, of: service)
            #expect(!Processes.mentioning("runs/\(run)").isEmpty)
            #expect(Processes.revealing(ServiceUnderTest.key) == [])
            #expect(Self.files(with: ServiceUnderTest.key, below: service.state) == [])
            try Data("go on\n".utf8).write(to: URL(fileURLWithPath: gate))

            let ended = try await service.end(of: run)
            #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
            #expect(api.requests.allSatisfy { $0.key == ServiceUnderTest.key })
            #expect(!api.requests.contains { $0.text.contains(ServiceUnderTest.key) })
            let spied = api.requests.compactMap { $0.toolResults.last?["content"]?.string }
            #expect(spied.count { $0.contains("THE-END-OF-SPYING") } == 2, "\(spied)")
            // The command did look at `claude`, which knows the descriptor's number.
            #expect(spied.count { $0.contains("CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR=") } == 2, "\(spied)")
            #expect(Self.files(with: ServiceUnderTest.key, below: service.state) == [])
            let log = await service.stopAndReadLog()
            #expect(!log.joined().contains(ServiceUnderTest.key))
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become another user"))
    func theAgentCannotLookIntoTheServiceOrTheExecutorOfItsOwnUser() async throws {
        let settings = Agent.settings(["allowedTools": [], "permissionMode": "bypassPermissions"])
        try await ServiceUnderTest.withRealAgent(["Look.": [.bash(Self.prying), .text("Done.")]]) { service, api in
            #expect(await service.stop() == 0)
            try FileManager.default.removeItem(atPath: service.state)
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            try await service.become(65_534)
            try await service.start()
            let run = try await service.startRun(["Look."], repository: repository.path, settings: settings)
            let ended = try await service.end(of: run)
            #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
            let output = api.requests.last?.toolResults.first?["content"]?.string ?? ""
            let lines = output.split(separator: "\n").filter { $0.hasSuffix(" refused") || $0.hasSuffix(" opened") }
            // What may be opened shows that the way of trying is right, and the user the same.
            #expect(
                Set(lines.filter { $0.hasSuffix(" opened") }) == ["self environ opened", "self mem opened"],
                "\(output) \(api.requests.count)"
            )
            let service = await service.pid
            for file in ["environ", "mem"] {
                #expect(lines.contains("caretaker \(service) \(file) refused"), "\(output)")
                let executors = lines.filter { $0.hasPrefix("caretaker-executor ") && $0.contains(" \(file) ") }
                #expect(!executors.isEmpty, "\(output)")
            }
        }
    }

    /// Tries to open what shows a process's secrets: of the command itself, the service and its executors.
    private static let prying = """
        try() {
            for file in environ mem; do
                if (exec 3<$1/$file) 2>/dev/null; then echo "$2 $file opened"; else echo "$2 $file refused"; fi
            done
        }
        try /proc/$BASHPID self
        folder=${PWD%%/state/*}
        for process in /proc/[0-9]*; do
            program=$(tr '\\0' ' ' 2>/dev/null <$process/cmdline | cut -d ' ' -f 1)
            case $program in
            $folder/bin/caretaker | $folder/bin/caretaker-executor) try $process "${program##*/} ${process#/proc/}" ;;
            esac
        done
        """

    /// What the first test rests on.
    @Test func aProcessWithAWordInItsEnvironmentIsFound() async throws {
        let word = "word-\(UInt32.random(in: .min ... .max))"
        let process = try ChildProcess("/bin/sleep", ["86400"], environment: ["WORD": word])
        #expect(Processes.revealing(word) == [process.pid])
        process.send(SIGKILL)
        #expect(await process.exit() == 128 + SIGKILL)
    }

    /// Prints what a command can see of itself and of `claude`, whose standard streams it leaves alone.
    private static let spying = """
        exec 2>&1 </dev/null; env; ls -l /proc/self/fd
        for fd in /proc/self/fd/[3-9]; do timeout 1 cat $fd; done
        tr '\\0' '\\n' </proc/$PPID/environ; tr '\\0' ' ' </proc/$PPID/cmdline
        for fd in /proc/$PPID/fd/*; do
            case $(readlink $fd) in
            $(readlink /proc/$PPID/fd/0) | $(readlink /proc/$PPID/fd/1) | $(readlink /proc/$PPID/fd/2)) ;;
            *pipe* | *memfd*) echo reading $fd; timeout 1 cat $fd ;;
            esac
        done
        echo THE-END-OF-SPYING
        """

    /// The files below a folder in which a text stands.
    private static func files(with text: String, below folder: String) -> [String] {
        let word = Data(text.utf8)
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        return names.filter { name in
            var isFolder: ObjCBool = false
            let path = "\(folder)/\(name)"
            // Sockets cannot be read, and pipes would be waited for.
            let type = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), type == .typeRegular else {
                return false
            }
            return FileManager.default.contents(atPath: path)?.range(of: word) != nil
        }
    }
}
