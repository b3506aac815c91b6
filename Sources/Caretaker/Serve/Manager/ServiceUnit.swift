import Glibc
import Model

/// What the unit that started this service allows.
enum ServiceUnit {
    /// Set by `caretaker.service`: `hardened`, or `process` with the drop-in that lets agents run as local processes.
    static let variable = "CARETAKER_UNIT"

    /// Refuses a runtime that the unit's confinement would break in ways that are hard to tell.
    static func check(_ configuration: ServiceConfiguration, _ environment: [String: String]) throws(Failure) {
        guard environment[variable] == "hardened", configuration.runtime == .process else { return }
        throw Failure(
            """
            runtime: process does not work under caretaker.service as it is, which confines what it starts and ends it \
            with the service; install the drop-in first: mkdir -p /etc/systemd/system/caretaker.service.d && cp \
            /usr/share/doc/caretaker/examples/process-runtime.conf /etc/systemd/system/caretaker.service.d/ && systemctl \
            daemon-reload
            """,
            code: EX_CONFIG
        )
    }
}
