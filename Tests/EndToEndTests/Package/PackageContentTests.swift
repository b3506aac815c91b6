import Foundation
import TestSupport
import Testing

extension PackageTests {
    /// What is in the package, looked at without installing it.
    struct PackageContentTests {
        @Test func lintianFindsNothing() async throws {
            // Programs of `make deb` have no library path, since they bring no libraries.
            let options = [
                "--allow-root", "--fail-on", "error,warning", "--suppress-tags", "custom-library-search-path",
            ]
            let outcome = try await EndedCommand.program("/usr/bin/lintian", options + [try await BuiltPackage.path()])
            #expect(outcome.code == 0, "\(outcome.output)")
            #expect(outcome.output.isEmpty, "\(outcome.output)")
        }

        @Test func itHasWhatAnOperatorNeedsAndNoDemoAgent() async throws {
            let files = try await Self.files()
            for path in [
                "/usr/bin/caretaker", "/usr/lib/caretaker/caretaker-executor", "/etc/caretaker/caretaker.yaml",
                "/lib/systemd/system/caretaker.service", "/lib/systemd/system/caretaker.socket",
                "/usr/lib/sysusers.d/caretaker.conf", "/usr/lib/tmpfiles.d/caretaker.conf",
                "/usr/lib/systemd/catalog/caretaker.catalog", "/usr/lib/systemd/system-preset/80-caretaker.preset",
                "/usr/share/caretaker/executor/Dockerfile", "/usr/share/caretaker/executor/fetch-claude",
                "/usr/share/caretaker/task.schema.json",
                "/usr/share/man/man8/caretaker.8.gz", "/usr/share/man/man5/caretaker.yaml.5.gz",
                "/usr/share/bash-completion/completions/caretaker", "/usr/share/zsh/vendor-completions/_caretaker",
                "/usr/share/fish/vendor_completions.d/caretaker.fish", "/usr/share/doc/caretaker/operations.md",
                "/usr/share/doc/caretaker/runbook.md", "/usr/share/doc/caretaker/examples/process-runtime.conf",
                "/usr/share/doc/caretaker/examples/notify-reload.conf", "/usr/share/doc/caretaker/copyright",
                "/usr/share/doc/caretaker/examples/caretaker.rules.yml", "/usr/share/doc/caretaker/changelog.gz",
                "/usr/share/doc/caretaker/examples/caretaker.dashboard.json",
            ] {
                #expect(files.contains(path), "\(path)")
            }
            #expect(!files.contains { $0.contains("demo") || $0.contains("TestAgent") })
        }

        @Test func itsConfigurationSetsTheRuntimeAndCanBeUsed() async throws {
            try await Self.unpacked { root in
                let path = "\(root)/etc/caretaker/caretaker.yaml"
                let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
                let set = lines.filter { !$0.drop { $0 == " " }.hasPrefix("#") }
                #expect(set == ["runtime: docker"])
                let check = try await EndedCommand.program(
                    "\(root)/usr/bin/../lib/caretaker/caretaker",
                    ["config", "check", "--config", path],
                    environment: ["STATE_DIRECTORY": "/var/lib/caretaker", "HOME": "/nonexistent"]
                )
                #expect(check.code == 0, "\(check.error)")
                #expect(check.output.contains("runtime          docker"))
            }
        }

        @Test(arguments: ["man8/caretaker.8", "man5/caretaker.yaml.5"])
        func theManualPagesAreSound(page: String) async throws {
            try await Self.unpacked { root in
                let path = "\(root)/usr/share/man/\(page).gz"
                let lint = try await EndedCommand.program("/usr/bin/mandoc", ["-T", "lint", "-W", "warning", path])
                #expect(lint.output.isEmpty && lint.code == 0, "\(lint.output)")
                let shown = try await EndedCommand.program(
                    "/usr/bin/man",
                    ["--warnings=w", "-l", path],
                    environment: ["PATH": "/usr/bin:/bin", "MANWIDTH": "200", "LC_ALL": "C.UTF-8"]
                )
                #expect(shown.code == 0 && shown.error.isEmpty, "\(shown.error)")
                let words =
                    page.hasPrefix("man5")
                    ? ["executors.max_concurrent", "CARETAKER_EXECUTORS_MAX_CONCURRENT", "from 1 to 1000"]
                    : ["caretaker schedule create", "--overlap", "/etc/caretaker/credentials", "EXIT STATUS"]
                for word in words { #expect(shown.output.contains(word), "\(word)") }
            }
        }

        @Test func theCompletionsLoadInEachShell() async throws {
            try await Self.unpacked { root in
                let share = "\(root)/usr/share"
                for (shell, script) in [
                    ("bash", ". \(share)/bash-completion/completions/caretaker; complete -p caretaker"),
                    (
                        "zsh",
                        "fpath=(\(share)/zsh/vendor-completions $fpath); autoload -Uz compinit; compinit -D -u; "
                            + "print $_comps[caretaker]"
                    ),
                    ("fish", "source \(share)/fish/vendor_completions.d/caretaker.fish; complete -C 'caretaker sched'"),
                ] {
                    let outcome = try await EndedCommand.program(
                        "/usr/bin/\(shell)",
                        ["-c", script],
                        environment: ["PATH": "/usr/bin:/bin", "HOME": root]
                    )
                    #expect(outcome.code == 0 && outcome.output.contains("caretaker") || shell == "fish")
                    #expect(shell != "fish" || outcome.output.contains("schedule"), "\(outcome.error)")
                }
            }
        }

        @Test func theHandbooksLinksLeadSomewhere() async throws {
            try await Self.unpacked { root in
                let folder = "\(root)/usr/share/doc/caretaker"
                let text = try String(contentsOfFile: "\(folder)/operations.md", encoding: .utf8)
                for link in text.matches(of: /\]\(([^)#]+)[^)]*\)/).map({ String($0.1) }) {
                    #expect(FileManager.default.fileExists(atPath: "\(folder)/\(link)"), "\(link)")
                }
                for path in text.matches(of: /`(\/usr\/share\/doc\/caretaker[^`\s]*)`/).map({ String($0.1) }) {
                    #expect(FileManager.default.fileExists(atPath: root + path), "\(path)")
                }
            }
        }

        private static func files() async throws -> Set<String> {
            let listing = try await EndedCommand.program(
                "/usr/bin/dpkg-deb",
                ["--contents", try await BuiltPackage.path()]
            )
            let paths = listing.output.split(separator: "\n").compactMap { line in
                line.split(separator: " ", omittingEmptySubsequences: true).dropFirst(5).first.map {
                    String($0.dropFirst())
                }
            }
            return Set(paths)
        }

        /// Has the package's files in a folder for a body.
        private static func unpacked(_ body: (String) async throws -> Void) async throws {
            let root = "/tmp/ct-package-\(UInt32.random(in: .min ... .max))"
            defer { try? FileManager.default.removeItem(atPath: root) }
            let outcome = try await EndedCommand.program(
                "/usr/bin/dpkg-deb",
                ["-x", try await BuiltPackage.path(), root]
            )
            try #require(outcome.code == 0)
            try await body(root)
        }
    }
}
