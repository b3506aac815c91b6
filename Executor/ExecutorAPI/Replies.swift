/// What `GET /health` answers.
package struct HealthResponse: Codable, Hashable, Sendable {
    /// Always `ok`: an executor that answers is healthy.
    package var status: String
    package var version: String
    /// The agent's version where it is known.
    package var agent: String?

    package init(version: String, agent: String?) {
        status = "ok"
        self.version = version
        self.agent = agent
    }
}

/// What a call without a result of its own answers.
package struct StatusResponse: Codable, Hashable, Sendable {
    package var status: String

    package init(status: String) {
        self.status = status
    }
}

/// The body of `POST /precheck`.
package struct PrecheckRequest: Codable, Sendable {
    /// Makes the call idempotent: the same id answers the first result again.
    package var id: String
    /// The program and its arguments.
    package var command: [String]
    /// In seconds.
    package var timeout: Double?

    package init(id: String, command: [String], timeout: Double?) {
        self.id = id
        self.command = command
        self.timeout = timeout
    }
}

/// What `POST /precheck` answers.
package struct PrecheckResponse: Codable, Hashable, Sendable {
    /// 128 plus the signal's number when a signal ended the command.
    package var exitCode: Int
    /// The last 8 KiB of what the command printed, standard error included.
    package var tail: String

    package init(exitCode: Int, tail: String) {
        self.exitCode = exitCode
        self.tail = tail
    }
}

/// The body of every answer that is not 2xx.
package struct ErrorResponse: Codable, Hashable, Sendable, Error {
    /// A stable word such as `bad_request`, `unauthorized`, `clone_failed`.
    package var code: String
    package var message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}
