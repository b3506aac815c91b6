import HTTPTypes
import Model

/// The cookie by which a page is signed in.
enum SessionCookie {
    static let name = "caretaker_session"
    /// How long it lasts, unless the token ends before.
    static let lifetime = Duration.seconds(30 * 86_400)

    /// What of a request's cookies may be secrets of sessions; another service on this host can have set some as well.
    static func secrets(in headers: HTTPFields) -> [String] {
        let cookies = (headers[.cookie] ?? "").split(separator: ";").map { $0.drop { $0 == " " } }
        return cookies.filter { $0.hasPrefix("\(name)=") }.prefix(4).map { String($0.dropFirst(name.count + 1)) }
    }

    /// The value of `Set-Cookie`.
    ///
    /// - Parameters:
    ///   - secret: The secret of a session; empty has the cookie forgotten.
    ///   - seconds: How long it lasts.
    ///   - isSecure: Whether it is never to be sent without encryption.
    /// - Returns: The header's value.
    static func header(_ secret: String, seconds: Int64, isSecure: Bool) -> String {
        "\(name)=\(secret); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
    }
}
