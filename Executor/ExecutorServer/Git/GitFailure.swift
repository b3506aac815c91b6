/// A git command that did not do what it was to do.
struct GitFailure: Error, CustomStringConvertible {
    let description: String
    /// What git said.
    let errors: String

    init(_ description: String, errors: String = "") {
        self.description = description
        self.errors = errors
    }
}
