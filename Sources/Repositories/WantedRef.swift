/// What a run asked to have checked out.
enum WantedRef: Hashable, Sendable {
    /// The remote's HEAD.
    case head
    case branch(RefName)
    case tag(RefName)
    /// A bare name: the branch of that name, else the tag, as `git clone --branch` takes it.
    case branchOrTag(RefName)
    case commit(ObjectID)

    init(_ text: String?) throws(RepositoryError) {
        guard let text else {
            self = .head
            return
        }
        if let id = ObjectID(text) {
            self = .commit(id)
        } else if text.hasPrefix("refs/heads/") {
            self = .branch(try RefName(String(text.dropFirst(11)), field: "ref"))
        } else if text.hasPrefix("refs/tags/") {
            self = .tag(try RefName(String(text.dropFirst(10)), field: "ref"))
        } else {
            self = .branchOrTag(try RefName(text, field: "ref"))
        }
    }
}
