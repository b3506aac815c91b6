// What there is to say of an event in a few words, whoever shows it.

extension SessionStart {
    package var title: String { "Session \(id ?? "?") with \(model ?? "?")" }

    package var facts: String {
        [
            version.map { "Claude Code \($0)" }, directory, permissionMode,
            servers.isEmpty ? nil : servers.elements.joined(separator: ", "),
        ].compactMap(\.self).joined(separator: ", ")
    }
}

extension APIErrorText {
    package var facts: String {
        [status.map(String.init), error].compactMap(\.self).joined(separator: ", ")
    }
}

extension APIRetry {
    package var summary: String {
        let after = status.map { "status \($0)" } ?? "no answer"
        let delay = delayMilliseconds.map { " in \(Amounts.seconds(milliseconds: $0))" } ?? ""
        return "Retry \(attempt) of \(limit)\(delay) after \(after) (\(error ?? "?"))"
    }
}

extension TaskReport {
    package var title: String {
        let what = description ?? id ?? "?"
        return switch phase {
        case .started: "In the background: \(what)"
        case .progress: what
        case .ended: "Task \(status ?? "ended")\(summary.map { ": \($0.oneLine())" } ?? "")"
        }
    }
}

extension ResultReport {
    /// How it ended, and its figures.
    package var title: String {
        let words = isOfBackgroundTask ? "Background task ended" : isSuccess ? "Succeeded" : "Failed"
        let figures = [
            "after \(turns) turn\(turns == 1 ? "" : "s")",
            milliseconds.map { Amounts.seconds(milliseconds: $0) },
            costUSD.map { "session cost \(Amounts.dollars($0))" },
            denials.isEmpty ? nil : "\(denials.count) denied",
        ].compactMap(\.self).joined(separator: ", ")
        return "\(words) \(figures)"
    }
}

extension NoticeReport {
    package var facts: String {
        fields.elements.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    }
}
