/// The names of the files that service and executor share in a run's folder.
///
/// The service owns the folder and writes `token` and `source.bundle`; the executor writes everything else.
package enum RunFolder {
    /// The unix socket on which the executor listens.
    package static let socket = "executor.sock"
    /// The bearer token that every call must carry, one line.
    package static let token = "token"
    /// What the agent's repository is cloned from.
    package static let sourceBundle = "source.bundle"
    /// The agent's commits since the clone; absent when there are none.
    package static let workBundle = "work.bundle"
    /// The agent's uncommitted work as a binary patch on its HEAD; absent when there is none.
    package static let workPatch = "work.patch"
    /// The last answer of `/git-export`, as `GitExportResponse`.
    package static let export = "export.json"
    /// The executor's own log.
    package static let log = "executor.log"
    /// The process id of the executor that serves the folder (process runtime).
    package static let pid = "executor.pid"
    /// One folder per execution, named by its id.
    package static let executions = "executions"
    /// The frames of an execution, in `executions/<id>/`.
    package static let spool = "spool"
    /// The exit record of an execution, in `executions/<id>/`.
    package static let exit = "exit.json"

    /// The path of an execution's folder below a run's folder.
    package static func folder(of execution: String, in folder: String) -> String {
        "\(folder)/\(executions)/\(execution)"
    }

    /// The path of an execution's spool below a run's folder.
    package static func spool(of execution: String, in folder: String) -> String {
        "\(self.folder(of: execution, in: folder))/\(spool)"
    }

    /// The path of an execution's exit record below a run's folder.
    package static func exit(of execution: String, in folder: String) -> String {
        "\(self.folder(of: execution, in: folder))/\(exit)"
    }

    /// Whether text may name an execution: its id becomes a folder's name.
    package static func isExecutionID(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
                    || byte == UInt8(ascii: "_")
            }
    }
}
