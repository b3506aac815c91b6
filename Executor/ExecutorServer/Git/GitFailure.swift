import Glibc
import Subprocess

/// A git command that did not do what it was to do.
struct GitFailure: Error, CustomStringConvertible {
    let description: String
    /// What git said.
    let errors: String
    /// Whether git was killed or could not even be started, as where memory is short: that says nothing about the
    /// repository, and must not be taken for an answer.
    let isKill: Bool

    init(_ description: String, errors: String = "", isKill: Bool = false) {
        self.description = description
        self.errors = errors
        self.isKill = isKill
    }

    /// The failure of a command that did not run to its end by itself.
    init(_ command: String, _ error: SubprocessError) {
        let ofItsOwn: [SubprocessError.Code] = [
            .executableNotFound, .failedToChangeWorkingDirectory, .outputLimitExceeded,
        ]
        self.init("git \(command) failed: \(error)", isKill: !ofItsOwn.contains(error.code))
    }

    /// What a command's ending says: that it was killed, or that it failed; nil when it succeeded.
    init?(_ command: String, _ status: TerminationStatus, errors: String) {
        switch status {
        case .exited(0): return nil
        case .signaled(let signal):
            self.init("git \(command) was ended by signal \(signal).", errors: errors, isKill: true)
        // So tells a program that waited for another one what ended that.
        case .exited(128 + SIGKILL):
            self.init("git \(command) was ended by signal \(SIGKILL).", errors: errors, isKill: true)
        // Git packs in a process of its own, in which nothing of the agent's runs.
        case .exited where command == "bundle" && errors.contains("pack-objects died of signal"):
            self.init("git pack-objects was ended by a signal.", errors: errors, isKill: true)
        case .exited:
            self.init("git \(command) failed.", errors: errors)
        }
    }
}
