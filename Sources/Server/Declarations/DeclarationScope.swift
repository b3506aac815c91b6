import Model

/// On whose behalf files are applied, and what that allows.
package struct DeclarationScope: Sendable {
    /// The path of the folder of the files, or of the only file.
    let owner: String
    /// Whether what the owner's files do not declare any more is deleted.
    let prunes: Bool
    /// Whether what other owners' files declare is taken over.
    let isForced: Bool
    /// Files of which nobody knows what they declare, and folders of such: what they declared stays.
    let unreadable: Set<String>

    package init(owner: String, prunes: Bool, isForced: Bool = false, unreadable: Set<String> = []) {
        self.owner = owner
        self.prunes = prunes
        self.isForced = isForced
        self.unreadable = unreadable
    }

    /// Whether a file of the owner has the say over something, but may not declare it any more.
    func hasLost(_ managedBy: ManagedBy?) -> Bool {
        guard let managedBy, managedBy.isOf(owner) else { return false }
        return !unreadable.contains(where: managedBy.isOf)
    }

    /// Whether somebody else's file has the say over something.
    func isForeign(_ managedBy: ManagedBy?) -> Bool {
        guard let managedBy, !isForced else { return false }
        return !managedBy.isOf(owner)
    }
}
