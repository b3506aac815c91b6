extension Repositories {
    /// Looks whether a run may name this repository and ref, without touching the network.
    package func check(_ repository: String, ref: String?) throws(RepositoryError) {
        let address = try RepositoryAddress.parse(repository)
        _ = try WantedRef(ref)
        if address.kind == .local { _ = try settings.localRoots.realPath(of: address.url) }
    }

    /// Looks whether work may be pushed to a branch of this name.
    package func check(branch: String) throws(RepositoryError) {
        _ = try RefName(branch, field: "push.branch")
    }
}
