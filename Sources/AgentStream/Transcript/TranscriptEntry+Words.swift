extension TranscriptEntry {
    /// What the agent itself said here; nil when somebody else spoke or something was done.
    package var words: ShownText? {
        switch content {
        case .text(let text), .thinking(let text): text.isEmpty ? nil : text
        case .apiError(let error): error.text
        case .raw(let raw): raw.text.isEmpty ? nil : raw.text
        case .result(let result): result.text
        default: nil
        }
    }
}
