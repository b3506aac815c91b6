/// Tells a mirror that is damaged from a remote that refuses.
enum MirrorDamage {
    static func isLikely(_ error: RepositoryError) -> Bool {
        error.code == .fetchFailed && isLikely(error.complaint)
    }

    /// Judges by git's own words; what the remote says is marked `remote:` and does not count.
    static func isLikely(_ complaint: String) -> Bool {
        complaint.split(separator: "; ").contains { line in
            !line.hasPrefix("remote:") && signs.contains { line.contains($0) }
        }
    }

    private static let signs = [
        "not a git repository", "loose object", "is corrupt", "unable to read ", "bad object", "missing blob",
        "missing tree", "missing commit", "bad signature", "packfile", "invalid index", "not a valid object",
        "did not send all necessary objects", "unable to parse", "bad ref", "broken ref",
        "does not point to a valid object", "reference broken", "unable to resolve reference", "index file",
        "bad config",
    ]
}
