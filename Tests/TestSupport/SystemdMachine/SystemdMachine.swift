import Foundation
import Synchronization

/// A container whose first process is a real systemd, with journald beside it; for tests that need a machine.
///
/// It has a cgroup namespace and cgroup mounts of its own: with the host's hierarchy handed in, its systemd would make
/// slices beside those of the host.
package final class SystemdMachine: Sendable {
    /// What is installed in a machine beside systemd.
    package struct Image: Sendable {
        let tag: String
        let packages: [String]

        /// An image with Debian packages more.
        ///
        /// - Parameters:
        ///   - tag: The engine's name for it; another list of packages needs another tag.
        ///   - packages: What is installed in it.
        package init(tag: String, packages: [String]) {
            self.tag = tag
            self.packages = packages
        }

        package static let plain = Image(tag: "caretaker-systemd:test", packages: [])

        /// With all that our package depends on, since tests do without a network, and a server for git over SSH.
        package static let operators = Image(
            tag: "caretaker-systemd:package-ssh",
            packages: [
                "ca-certificates", "git", "tzdata", "libsystemd0", "openssh-client", "openssh-server", "passwd",
                "man-db",
            ]
        )
    }

    package let name: String
    let engine: TestEngine

    private init(name: String, engine: TestEngine) {
        self.name = name
        self.engine = engine
    }

    /// Starts a machine on an engine, with more arguments for `docker run`; answers when systemd has started all it starts.
    package static func start(
        _ image: Image = .plain,
        on engine: TestEngine,
        _ arguments: [String] = []
    ) async throws -> SystemdMachine {
        let script = "\(EngineScript.repository)/Tests/TestSupport/SystemdMachine/systemd-image"
        try await engine.runProgram(
            script,
            [image.tag] + image.packages,
            adding: ["CARETAKER_ENGINE_COMMAND": TestEngine.command]
        )
        let machine = SystemdMachine(name: "machine-\(UInt32.random(in: .min ... .max))", engine: engine)
        try await engine.run(
            ["run", "--detach", "--name", machine.name, "--cgroupns", "private", "--cap-add", "SYS_ADMIN"]
                + ["--security-opt", "seccomp=unconfined", "--tmpfs", "/run", "--tmpfs", "/tmp:exec"]
                + ["--env", "container=docker"] + arguments + [image.tag, "/bin/sh", "-c", boot]
        )
        do {
            try await machine.shell(ready)
        } catch {
            try? await machine.stop()
            throw error
        }
        return machine
    }

    /// Starts a machine for a body, and ends it whatever becomes of that.
    package static func with<Value>(
        _ image: Image = .plain,
        on engine: TestEngine,
        _ arguments: [String] = [],
        _ body: (SystemdMachine) async throws -> Value
    ) async throws -> Value {
        let machine = try await start(image, on: engine, arguments)
        do {
            let value = try await body(machine)
            try await machine.stop()
            return value
        } catch {
            try? await machine.stop()
            throw error
        }
    }

    /// Ends the machine; nothing is left of it.
    package func stop() async throws {
        try await engine.run("rm", "--force", "--volumes", name)
    }

    /// Makes the container's own groups writable before systemd takes them.
    private static let boot = """
        set -e
        mount -o remount,bind,rw /sys/fs/cgroup
        if [ -d /sys/fs/cgroup/systemd ]; then
            for group in /sys/fs/cgroup/*/; do
                [ -L "${group%/}" ] || mount -o remount,bind,rw "${group%/}"
            done
            mkdir -p /sys/fs/cgroup/unified
            mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 /sys/fs/cgroup/unified
        fi
        # As systemd has it outside of containers, and as it hands credentials to services.
        mount --make-rshared /
        exec /sbin/init
        """

    /// A unit that fails at boot is the business of the test.
    private static let ready = """
        for _ in $(seq 1000); do [ -S /run/systemd/private ] && [ -S /run/dbus/system_bus_socket ] && break; sleep 0.02; done
        case $(systemctl is-system-running --wait) in running | degraded) ;; *) exit 1 ;; esac
        """
}
