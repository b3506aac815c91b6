import Foundation
import Glibc
import Store

/// The state directory as the service takes it.
enum StateFolder {
    /// Makes the directory, private to its user, and takes its lock before anything in it is touched.
    static func take(_ path: String) throws(Failure) -> StateLock {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw Failure("state_dir \(path) cannot be made: \(error.localizedDescription)", code: EX_CONFIG)
        }
        do throws(StateLock.Problem) {
            return try StateLock(folder: path)
        } catch {
            switch error {
            case .held: throw Failure("another service has the state directory \(path)", code: EX_TEMPFAIL)
            case .unusable(let message): throw Failure(message, code: EX_CONFIG)
            }
        }
    }
}
