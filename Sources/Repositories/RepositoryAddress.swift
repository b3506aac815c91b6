/// Where a repository is: parsed, checked and written anew, so that git never sees the text that somebody typed.
package struct RepositoryAddress: Hashable, Sendable {
    /// How the repository is reached.
    package enum Kind: String, Hashable, Sendable {
        /// Over SSH from github.com, however it was written.
        case github
        case ssh
        case https
        case http
        case git
        /// A folder of this machine.
        case local
    }

    package let kind: Kind
    /// The one spelling of this address: what git gets, what `origin` is set to, and what names the mirror.
    package let url: String
    /// The host in lower case, with its port where that is not the usual one; nil for a local folder.
    package let host: String?

    /// Reads `owner/name`, a URL, `user@host:path` or an absolute path.
    package static func parse(_ text: String) throws(RepositoryError) -> RepositoryAddress {
        try AddressParser(text).address()
    }

    init(kind: Kind, url: String, host: String?) {
        self.kind = kind
        self.url = url
        self.host = host
    }

    /// The one transport that git may use for it.
    var transport: Transport {
        switch kind {
        case .github, .ssh: .ssh
        case .https: .https
        case .http: .http
        case .git: .git
        case .local: .file
        }
    }
}

/// A transport as git's `protocol.<name>.allow` knows it.
enum Transport: String, Sendable {
    case ssh
    case https
    case http
    case git
    case file
}

extension RepositoryAddress: CustomStringConvertible {
    package var description: String { url }
}
