/// Turns what git said about a remote into an error, with advice where git's own words mislead.
enum RemoteFailure {
    static func error(
        _ code: RepositoryError.Code,
        _ address: RepositoryAddress,
        _ complaint: String
    ) -> RepositoryError {
        let what = code == .pushFailed ? "Pushing to" : "Fetching"
        let said = complaint.isEmpty ? "git ended without saying why" : complaint
        let advice = advice(for: complaint).map { " (\($0))" } ?? ""
        return RepositoryError(code, "\(what) \(address.url) failed\(advice): \(said)", complaint: complaint)
    }

    private static func advice(for complaint: String) -> String? {
        if complaint.contains("Host key verification failed") {
            return "the server's host key is not the pinned one: see `git.known_hosts_file`"
        }
        if complaint.contains("Permission denied (publickey") {
            return "the server does not accept the key of `git.ssh_key_file`"
        }
        if complaint.contains("returned error: 30") {
            return "the server redirects, which is not followed: use the repository's present address"
        }
        if complaint.contains("terminal prompts disabled") || complaint.contains("returned error: 401") {
            return "the server wants credentials: see `git.https_token_file`"
        }
        if complaint.contains("dubious ownership") {
            return "the folder belongs to another user: name it in `repositories.local`"
        }
        return nil
    }
}
