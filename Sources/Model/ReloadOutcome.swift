/// What a reload of the configuration came to.
package struct ReloadOutcome: Hashable, Sendable {
    /// The keys whose new values are in force now.
    package let changed: [String]
    /// The keys whose new values take a restart.
    package let needRestart: [String]

    package init(changed: [String], needRestart: [String]) {
        self.changed = changed
        self.needRestart = needRestart
    }
}

/// Why a configuration was not put in force: a line for each fault, with its file, line and key.
package struct ReloadRefusal: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
