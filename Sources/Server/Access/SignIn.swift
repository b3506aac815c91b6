import HTTPTypes
import Hummingbird

/// Where a browser is sent that shows nothing which opens the listener.
enum SignIn {
    static let path = "/signin"
    private static let own: Set<String> = [path, SessionEndpoint.path]

    /// Whether a path is answered whatever a request shows: the page itself, and what it loads.
    static func isOpen(_ path: String) -> Bool {
        own.contains(path) || path.hasPrefix("\(WebAssets.folder)/")
    }

    /// Sends a person to the page on which to sign in, and back afterwards; nil for what is no person's request.
    static func redirect(_ request: Request) -> Response? {
        guard request.method == .get, request.headers[.accept]?.contains("text/html") == true else { return nil }
        let next = localPath(request.head.path)
        let query = next == "/" ? "" : "?next=\(next.percentEncoded)"
        return Response(
            status: .found,
            headers: [.location: "\(path)\(query)", .cacheControl: "no-store", .vary: "Accept"]
        )
    }

    /// A path of this service, to be followed after signing in; the front page for all that is none.
    static func localPath(_ text: String?) -> String {
        guard let text, text.utf8.count <= 2000, text.hasPrefix("/"), !text.hasPrefix("//"), !text.contains("\\"),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !own.contains(String(text.prefix { $0 != "?" && $0 != "#" }))
        else { return "/" }
        return text
    }
}
