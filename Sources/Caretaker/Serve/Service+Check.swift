import Executors
import Glibc
import Journal
import Model
import Server

extension Service {
    /// Looks at what only reading the configuration does not show.
    ///
    /// - Parameters:
    ///   - configuration: What to look at.
    ///   - inherited: The sockets that the service manager handed in.
    /// - Returns: The token of listeners that others reach, if there is one.
    /// - Throws: `Failure`.
    static func check(
        _ configuration: ServiceConfiguration,
        _ inherited: [ListenDescriptor] = []
    ) throws(Failure) -> String? {
        do throws(ListenError) {
            _ = try ListenAddress(parsing: configuration.listen)
        } catch {
            throw Failure("server.listen: \(error)", code: EX_CONFIG)
        }
        guard configuration.socket.utf8.count <= 107 else {
            throw Failure("server.socket \(configuration.socket) is longer than 107 bytes", code: EX_CONFIG)
        }
        guard
            configuration.runtime == .docker
                || StandardPaths.isProgram(configuration.executor)
        else {
            throw Failure("executors.program \(configuration.executor) cannot be executed", code: EX_CONFIG)
        }
        try checkExecutorPaths(configuration)
        return try TokenFile.read(configuration, inherited)
    }

    private static func checkExecutorPaths(_ configuration: ServiceConfiguration) throws(Failure) {
        let length = ProcessRuntime.socketPathLength(in: configuration.stateFolder)
        guard length <= 107 else {
            throw Failure(
                "state_dir is too long: the sockets of executors below it would have paths of \(length) bytes, and "
                    + "107 are possible",
                code: EX_CONFIG
            )
        }
    }
}
