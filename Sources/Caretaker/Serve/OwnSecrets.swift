import CLinux
import Glibc

/// Keeps the secrets that this process was given from those that it starts.
enum OwnSecrets {
    /// Takes the API key out of the environment that programs inherit and others can read, and closes this process to
    /// the other processes of its user.
    static func guardFromOthers() {
        let name = AgentConfiguration.keyVariable
        // The value itself is overwritten: /proc/<pid>/environ shows the memory that the process was started with.
        if let value = getenv(name) { memset(value, 0, strlen(value)) }
        unsetenv(name)
        _ = caretaker_forbid_inspection()
    }
}
