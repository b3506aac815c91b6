import Foundation
import Glibc
import TestSupport
import Testing

/// The image as `caretaker image build` makes it from the repository, with the real agent.
@Suite(
    .timeLimit(.minutes(15)),
    .enabled(if: TestEngine.isWanted(), "\(TestEngine.remedy)"),
    .enabled(if: RealAgent.isWanted, "\(RealAgent.remedy)")
)
struct ExecutorImageTests {
    @Test func theImageHoldsWhatAgentsExpectAndNothingThatRaisesPrivileges() async throws {
        let (engine, image) = try await Self.built()
        let missing = try await engine.inside(
            image,
            "for name in git jq curl rg cc c++ make node python3 pip tini ps caretaker-executor; do "
                + "command -v $name >/dev/null || echo $name; done"
        )
        #expect(missing == "")
        #expect(try await engine.inside(image, "find / -xdev -perm /6000 -type f") == "")
        #expect(try await engine.inside(image, "python3 -m venv /tmp/v && /tmp/v/bin/pip --version").contains("pip"))
        let compiling = "echo 'int main(void){return 0;}' >/tmp/a.c && cc -o /tmp/a /tmp/a.c && /tmp/a && echo compiled"
        #expect(try await engine.inside(image, compiling) == "compiled")
        #expect(
            try await engine.inside(image, "ls -A /var/lib/apt/lists /var/cache/apt/archives | grep -v :; true") == ""
        )
    }

    @Test func theAgentIsThePinnedOneAndTheImageNamesIt() async throws {
        let (engine, image) = try await Self.built()
        let agent = try await engine.inside(image, "HOME=/tmp claude --version", as: "10001:10001")
        let version = try #require(agent.split(separator: " ").first.map(String.init))
        #expect(agent.hasSuffix("(Claude Code)"))
        #expect(try await engine.label("caretaker.agent.version", of: image) == version)
        #expect(try await engine.inside(image, "echo $CARETAKER_AGENT_VERSION") == version)
        let sum = try await engine.inside(image, "sha256sum /usr/local/bin/claude | cut -d' ' -f1")
        #expect(try await engine.label("caretaker.agent.sha256", of: image) == sum)
        let pinned = try String(contentsOfFile: "\(TestEngine.repository)/scripts/fetch-claude", encoding: .utf8)
        #expect(pinned.contains("version=\(version)\n"))
    }

    @Test func theExecutorIsWhatRunsWhenNothingElseIsAskedFor() async throws {
        let (engine, image) = try await Self.built()
        let version = try await engine.inside(image, "caretaker-executor --version")
        #expect(try await engine.label("caretaker.executor.version", of: image) == version)
        let start = try await engine.run(
            "image",
            "inspect",
            "--format",
            "{{.Config.Entrypoint}} {{.Config.Cmd}}",
            image
        )
        #expect(start.hasPrefix("[/usr/bin/tini --] [/usr/lib/caretaker/caretaker-executor serve "))
        let shown = try await engine.runProgram(
            Binaries.path("caretaker"),
            ["image", "show", "--engine", "/usr/bin/docker", "--tag", image]
        )
        #expect(shown.contains("executor  \(version)\n"))
        #expect(shown.contains("image     sha256:"))
    }

    @Test func theExecutorListensWithAReadOnlyRootAndFourCapabilities() async throws {
        let (engine, image) = try await Self.built()
        let folder = "/tmp/ct-run-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(chown(folder, 0, engine.group) == 0 && chmod(folder, 0o770) == 0)
        let serve = "caretaker-executor serve --folder /run/caretaker/run --workspace /work/workspace --home /work/home"
        let script =
            "mkfifo /tmp/ready; \(serve) --ready-descriptor 3 3>/tmp/ready & head -c 5 /tmp/ready; "
            + "stat -c ' %F %u:%g %a' /run/caretaker/run/executor.sock; kill $!; wait $!"
        let said = try await engine.run(
            "run",
            "--rm",
            "--read-only",
            "--tmpfs",
            "/tmp",
            "--tmpfs",
            "/run",
            "--cap-drop",
            "ALL",
            "--cap-add",
            "CHOWN",
            "--cap-add",
            "SETUID",
            "--cap-add",
            "SETGID",
            "--cap-add",
            "KILL",
            "--security-opt",
            "no-new-privileges",
            "--user",
            "0:\(engine.group)",
            "--volume",
            "\(folder):/run/caretaker/run",
            "--volume",
            "/work",
            image,
            "sh",
            "-c",
            script
        )
        #expect(said == "ready socket 0:\(engine.group) 660")
    }

    @Test func theAgentsUserHasNoGroupsAndOwnsNothingButItsPlace() async throws {
        let (engine, image) = try await Self.built()
        #expect(try await engine.inside(image, "id agent") == "uid=10001(agent) gid=10001(agent) groups=10001(agent)")
        #expect(try await engine.inside(image, "find / -xdev \\( -user 10001 -o -group 10001 \\)") == "")
        let writable = "find / -xdev -perm -0002 ! -type l ! -path '/tmp' ! -path '/var/tmp' ! -path '/run/lock'"
        #expect(try await engine.inside(image, writable) == "")
        #expect(try await engine.inside(image, "stat -c '%U:%G %a' /work") == "root:root 755")
    }

    @Test func aBuildWithAnotherExecutorMakesTheOtherLayersNoSecondTime() async throws {
        let (engine, image) = try await Self.built()
        let other = "/tmp/ct-executor-\(UInt32.random(in: .min ... .max))"
        defer { try? FileManager.default.removeItem(atPath: other) }
        try Data("#!/bin/sh\necho 9.9.9\n".utf8).write(to: URL(fileURLWithPath: other))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: other)
        let second = try await engine.buildImage(
            "caretaker-executor:second",
            try Self.agent + ["--executor", Binaries.path("caretaker-executor"), "--program", other]
        )
        let (layers, secondLayers) = (try await engine.layers(of: image), try await engine.layers(of: second))
        #expect(layers.count == secondLayers.count)
        #expect(layers.dropLast() == secondLayers.dropLast())
        #expect(layers.last != secondLayers.last)
        try await engine.run("image", "rm", second)
    }

    private static var agent: [String] {
        get throws { ["--agent", try #require(RealAgent.program, "\(RealAgent.remedy)")] }
    }

    private static func built() async throws -> (TestEngine, String) {
        let engine = try TestEngine.shared()
        return (engine, try await engine.buildImage("caretaker-executor:full", try agent))
    }
}

extension TestEngine {
    /// What a shell command prints in a container as locked down as an executor's.
    fileprivate func inside(_ image: String, _ command: String, as user: String = "0:0") async throws -> String {
        try await run(
            "run",
            "--rm",
            "--read-only",
            "--tmpfs",
            "/tmp:exec",
            "--tmpfs",
            "/run",
            "--network",
            "none",
            "--cap-drop",
            "ALL",
            "--security-opt",
            "no-new-privileges",
            "--user",
            user,
            image,
            "sh",
            "-c",
            command
        )
    }

    fileprivate func label(_ name: String, of image: String) async throws -> String {
        try await run("image", "inspect", "--format", "{{index .Config.Labels \"\(name)\"}}", image)
    }

    fileprivate func layers(of image: String) async throws -> [Substring] {
        try await run("image", "inspect", "--format", "{{range .RootFS.Layers}}{{println .}}{{end}}", image)
            .split(separator: "\n")
    }
}
