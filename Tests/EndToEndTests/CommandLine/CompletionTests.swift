import Foundation
import TestSupport
import Testing

/// Shells complete the commands with the scripts that the program prints for them.
@Suite(.timeLimit(.minutes(3)))
struct CompletionTests {
    @Test func bashCompletesCommandsAndValues() async throws {
        let script = """
            . "$1"
            try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _caretaker caretaker "${!#}" "${@: -2:1}"
                echo "${COMPREPLY[@]}"; }
            try caretaker sched; try caretaker task ed; try caretaker run list --format ""
            """
        let answer = try await Self.complete("bash", script)
        #expect(answer == "schedule\nedit\ntable json yaml\n")
    }

    @Test(.enabled(if: Self.has("fish")))
    func fishCompletesCommandsAndValues() async throws {
        let script = """
            source $argv[1]
            for line in "caretaker sched" "caretaker task ed" "caretaker run list --format "
                complete -C $line | cut -f 1
            end
            """
        #expect(try await Self.complete("fish", script) == "schedule\nedit\ntable\njson\nyaml\n")
    }

    @Test(.enabled(if: Self.has("zsh")))
    func zshTakesTheScript() async throws {
        let script =
            "autoload -Uz compinit; compinit -D -u; source $1 2>/dev/null; print $+functions[_caretaker_task_edit]"
        #expect(try await Self.complete("zsh", script) == "1\n")
    }

    /// Present, or required as it is in CI.
    private static func has(_ shell: String) -> Bool {
        FileManager.default.fileExists(atPath: "/usr/bin/\(shell)")
            || ProcessInfo.processInfo.environment["CI"] == "true"
    }

    private static func complete(_ shell: String, _ script: String) async throws -> String {
        let folder = "/tmp/ct-completion-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let made = try await EndedCommand.caretaker(["--generate-completion-script", shell])
        #expect(made.code == 0)
        try Data(made.output.utf8).write(to: URL(filePath: "\(folder)/script"))
        let before = shell == "fish" ? ["-c", script] : ["-c", script, shell]
        let ended = try await EndedCommand.program(
            "/usr/bin/\(shell)",
            before + ["\(folder)/script"],
            environment: ["PATH": "/usr/bin:/bin", "HOME": folder, "LC_ALL": "C.UTF-8"]
        )
        return ended.output
    }
}
