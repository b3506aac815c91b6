import Foundation
import TestSupport

/// A fresh Debian with systemd, and the package beside it as an operator would have it.
struct PackageMachine: Sendable {
    let machine: SystemdMachine
    let engine: TestEngine

    /// Where the package lies in the machine.
    static let folder = "/root/package"

    /// Where the journal's mark is kept.
    private static let mark = "/run/journal-mark"

    /// Starts a machine for a body, whose systemd can do what the unit asks for, with more arguments for `docker run`; nothing is installed yet.
    static func with(
        _ arguments: [String] = [],
        _ body: (PackageMachine) async throws -> Void
    ) async throws {
        let package = try await BuiltPackage.path()
        let engine = try TestEngine.shared()
        try await SystemdMachine.with(.operators, on: engine, ["--cap-add", "SYS_PTRACE"] + arguments) { machine in
            // The image leaves manual pages and documents out, which belong to what is looked at.
            try await machine.shell(
                """
                rm -f /etc/dpkg/dpkg.cfg.d/99mmdebstrap
                printf 'APT::Get::Assume-Yes "true";\\nAPT::Install-Recommends "false";\\n' >/etc/apt/apt.conf.d/90test
                mkdir -p \(folder)
                """
            )
            try await machine.copy(package, to: folder)
            try await body(PackageMachine(machine: machine, engine: engine))
        }
    }

    /// Runs commands as root where the package lies; answers what they print.
    @discardableResult
    func root(_ commands: String) async throws -> String {
        do {
            return try await machine.shell(
                "set -e; export DEBIAN_FRONTEND=noninteractive; cd \(Self.folder); \(commands)"
            )
        } catch {
            let journal = try await machine.shell("journalctl --unit caretaker --no-pager --lines 20")
            throw Refused(error: "\(error)", journal: journal)
        }
    }

    /// What went wrong, with what the service last said.
    struct Refused: Error {
        let error: String
        let journal: String
    }

    /// Runs commands that may fail; answers their code and all that they print.
    func attempt(_ commands: String) async throws -> (code: Int32, output: String) {
        let text = try await machine.shell("cd \(Self.folder); (\(commands)) 2>&1; echo \"code $?\"")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return (Int32(lines.last?.dropFirst(5) ?? "") ?? -1, lines.dropLast().joined(separator: "\n"))
    }

    /// Has waits for entries of the journal see only those from now on.
    func markJournal() async throws {
        // An entry of our own: journalctl leaves the first that matches out when it is to begin after another.
        try await root(
            """
            systemd-cat --identifier=mark echo A test goes on.
            journalctl --sync
            journalctl --identifier=mark --lines 1 --show-cursor | sed -n 's/^-- cursor: //p' >\(Self.mark)
            """
        )
    }

    /// Returns when the journal has an entry that matches, be it an old one, but not one of before the mark.
    func wait(for match: String) async throws {
        let since = "${mark:+--cursor=\"$mark\"}"
        let follow = "journalctl --follow --lines all --output cat \(since) \(match)"
        // The pipe's end tells journalctl only when it writes again.
        try await root(
            "export mark=$(cat \(Self.mark) 2>/dev/null); "
                + "timeout 240 bash -c 'read -r line < <(exec \(follow)) && { kill $! 2>/dev/null || true; }'"
        )
    }

    /// Does what the handbook says in a block of commands below a heading, or its first commands.
    @discardableResult
    func follow(_ heading: String, block: Int = 0, commands: Int? = nil) async throws -> String {
        let lines = try OperationsText.blocks(below: heading)[block].split(separator: "\n")
        return try await root(lines.prefix(commands ?? lines.count).joined(separator: "\n"))
    }

    /// Every file of the machine but for what changes by itself.
    func files() async throws -> Set<String> {
        let pruned = [
            "/proc", "/sys", "/dev", "/run", "/tmp", "/var/lib/dpkg", "/var/log", "/var/cache/man", "/var/cache/apt",
            "/var/lib/apt", Self.folder,
        ]
        let tests = pruned.map { "-path \($0)" }.joined(separator: " -o ")
        let listing = try await machine.shell("find / \\( \(tests) \\) -prune -o -print")
        return Set(listing.split(separator: "\n").map(String.init))
    }
}
