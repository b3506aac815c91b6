import ExecutorAPI

/// What is cloned.
enum CloneSource {
    /// A bundle in the run's folder.
    case bundle(path: String)
    /// A repository that git fetches itself.
    case remote(url: String)
    /// A new repository.
    case nothing

    init(_ request: GitCloneRequest, places: Places) throws {
        try Self.check(request)
        guard let url = request.repositoryUrl else {
            self = .nothing
            return
        }
        if url.contains(":") {
            self = .remote(url: url)
            return
        }
        let parts = url.split(separator: "/", omittingEmptySubsequences: false)
        guard !url.hasPrefix("/"), !parts.contains(".."), !parts.contains("") else {
            throw CallFailure(
                .badRequest,
                "bad_request",
                "repositoryUrl must be a URL or a path below the run's folder."
            )
        }
        self = .bundle(path: places.inRun(url))
    }

    /// Refuses what git would take for an option or could not store.
    private static func check(_ request: GitCloneRequest) throws {
        let fields = [
            ("repositoryUrl", request.repositoryUrl), ("origin", request.origin), ("ref", request.ref),
            ("branch", request.branch), ("commit", request.commit),
        ]
        for (name, value) in fields {
            guard let value else { continue }
            let isPlain = value.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
            guard isPlain, !value.isEmpty, !value.hasPrefix("-"), value.utf8.count <= 4096 else {
                throw CallFailure(.badRequest, "bad_request", "\(name) is not valid.")
            }
        }
        if let commit = request.commit, !isCommit(commit) {
            throw CallFailure(.badRequest, "bad_request", "commit must be a full commit id.")
        }
    }

    private static func isCommit(_ text: String) -> Bool {
        (text.utf8.count == 40 || text.utf8.count == 64)
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
    }
}
