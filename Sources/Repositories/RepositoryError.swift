/// Why a repository could not be named, fetched or pushed to.
///
/// The message is one sentence for people: it names the input field where input is bad, and ends with the last
/// lines of what git said otherwise, free of credentials and control characters.
package struct RepositoryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The cases a caller tells apart.
    package enum Code: String, Hashable, Sendable {
        case invalidInput
        case repositoryDenied
        case fetchFailed
        case pushFailed
        case timedOut
    }

    package let code: Code
    package let message: String
    /// What git itself said, if the error comes from there.
    let complaint: String

    package init(_ code: Code, _ message: String) {
        self.init(code, message, complaint: "")
    }

    init(_ code: Code, _ message: String, complaint: String) {
        self.code = code
        self.message = message
        self.complaint = complaint
    }

    package var description: String { message }
}
