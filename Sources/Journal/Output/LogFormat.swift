/// What an operator may ask for with `log.format`.
package enum LogFormat: String, CaseIterable, Sendable {
    /// The journal when standard error leads there, else text.
    case auto
    case text
    case json
    /// The journal wherever standard error leads; lines with a priority in front where no journal listens.
    case journal
}

/// How entries leave this process.
package enum LogStyle: String, CaseIterable, Sendable {
    /// With their fields, by the journal's own protocol.
    case journal
    /// As lines on standard error that begin with `<N>`, which journald reads as the priority.
    case prefixed
    case text
    case json

    /// What becomes of a wish.
    ///
    /// - Parameters:
    ///   - format: The wish.
    ///   - isStream: Whether standard error leads to the journal.
    ///   - hasSocket: Whether the journal's own protocol is to be had.
    package init(_ format: LogFormat, isStream: Bool, hasSocket: Bool) {
        switch format {
        case .text: self = .text
        case .json: self = .json
        case .journal: self = hasSocket ? .journal : .prefixed
        case .auto where isStream: self = hasSocket ? .journal : .prefixed
        case .auto: self = .text
        }
    }
}
