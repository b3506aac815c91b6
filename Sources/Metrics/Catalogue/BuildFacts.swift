/// What a build says of itself.
package struct BuildFacts: Sendable {
    package var version: String
    package var revision: String
    package var swiftVersion: String

    package init(version: String, revision: String, swiftVersion: String) {
        self.version = version
        self.revision = revision
        self.swiftVersion = swiftVersion
    }
}
