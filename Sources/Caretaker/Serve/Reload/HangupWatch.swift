import ServiceLifecycle
import UnixSignals

/// Has the configuration read anew at each SIGHUP.
struct HangupWatch: ServiceLifecycle.Service, CustomStringConvertible {
    let reloader: Reloader

    var description: String { "HangupWatch" }

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            // What is wrong with it has been told in the log.
            _ = try? await reloader.reload()
        }
    }
}
