import Foundation
import TestSupport

extension ServiceUnderTest {
    /// Changes the database of a service that does not run.
    nonisolated func changeState(_ statements: String...) async throws {
        let code = """
            import sqlite3, sys
            with sqlite3.connect(sys.argv[1]) as db:
                for statement in sys.argv[2:]: db.execute(statement)
            """
        let arguments = ["-c", code, "\(state)/caretaker.sqlite"] + statements
        let ended = try await EndedCommand.program("/usr/bin/python3", arguments)
        guard ended.code == 0 else { throw NotDone(reason: ended.error) }
    }

    /// The rows of a query on a database file, each as its columns with spaces between.
    nonisolated func rows(_ query: String, in file: String) async throws -> [String] {
        let code = """
            import sqlite3, sys
            for row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]): print(*row)
            """
        let ended = try await EndedCommand.program("/usr/bin/python3", ["-c", code, file, query])
        guard ended.code == 0 else { throw NotDone(reason: ended.error) }
        return ended.output.split(separator: "\n").map(String.init)
    }

    /// Runs a client command.
    nonisolated func caretaker(_ arguments: String...) async throws -> EndedCommand {
        try await EndedCommand.caretaker(arguments)
    }

    /// What `/metrics` says of some families.
    nonisolated func metrics(_ families: String...) async throws -> [String] {
        String(decoding: try await get("/metrics"), as: UTF8.self).split(separator: "\n").map(String.init)
            .filter { line in families.contains { line.hasPrefix($0) } }.sorted()
    }
}

/// What a test wanted done to the state and was not.
struct NotDone: Error {
    let reason: String
}
