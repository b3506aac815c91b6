/// One line of the list of who changed what.
package struct AuditEntry: Hashable, Sendable {
    /// How somebody came in.
    package enum Via: String, CaseIterable, Sendable {
        /// With a token in a header or in the parameters of a connection.
        case token
        /// With the cookie of somebody who signed in.
        case session
        /// From this machine, where nobody needs a token.
        case loopback
        /// Over the unix socket.
        case unix
        /// By a file of tasks and schedules.
        case file
    }

    package enum Outcome: String, CaseIterable, Sendable {
        case done
        /// The actor's role is too low.
        case refused
    }

    package let at: Timestamp
    /// The name of a token, the user at the unix socket, or `loopback`.
    package let actor: String
    package let role: AccessRole
    package let via: Via
    /// What was called.
    package let procedure: String
    package let outcome: Outcome
    /// The id or slug of what it was called on.
    package let target: String?
    /// Ids, names and the names of fields that were given, as JSON; never the values of other fields.
    package let detail: String?

    package init(
        at: Timestamp,
        actor: String,
        role: AccessRole,
        via: Via,
        procedure: String,
        outcome: Outcome,
        target: String?,
        detail: String?
    ) {
        self.at = at
        self.actor = actor
        self.role = role
        self.via = via
        self.procedure = procedure
        self.outcome = outcome
        self.target = target
        self.detail = detail
    }
}
