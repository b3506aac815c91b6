import HTTPTypes
import Hummingbird

/// Where a browser is sent that shows nothing which opens the listener.
enum SignIn {
    static let path = "/signin"
    /// What browsers load that are not signed in.
    private static let open: Set<String> = [path, SessionEndpoint.path]

    /// Whether a path is answered whatever a request shows.
    static func isOpen(_ path: String) -> Bool {
        open.contains(path)
    }

    /// Sends a person to the page on which to sign in, and back afterwards; nil for what is no person's request.
    static func redirect(_ request: Request) -> Response? {
        guard request.method == .get, request.headers[.accept]?.contains("text/html") == true else { return nil }
        let next = localPath(request.head.path)
        let query = next == "/" ? "" : "?next=\(escaped(next))"
        return Response(
            status: .found,
            headers: [.location: "\(path)\(query)", .cacheControl: "no-store", .vary: "Accept"]
        )
    }

    /// A path of this service, to be followed after signing in; the front page for all that is none.
    static func localPath(_ text: String?) -> String {
        guard let text, text.utf8.count <= 2000, text.hasPrefix("/"), !text.hasPrefix("//"), !text.contains("\\"),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !isOpen(String(text.prefix { $0 != "?" && $0 != "#" }))
        else { return "/" }
        return text
    }

    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { result, byte in
            let character = Character(Unicode.Scalar(byte))
            if character.isLetter || character.isNumber || "/-._~".contains(character) {
                result.append(character)
            } else {
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
