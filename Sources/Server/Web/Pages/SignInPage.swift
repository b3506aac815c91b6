import Hummingbird
import Model

/// The page on which to sign in with a token, and out again.
struct SignInPage: Sendable {
    struct Who {
        let name: String
        let role: String
        /// Whether there is something to sign out of.
        let isSession: Bool
    }

    struct View {
        let next: String
        /// Nil for a reader who is not let in yet.
        let who: Who?
    }

    func page(_ query: WebQuery, _ access: Access) -> WebPage {
        let who = access.caller.map { Who(name: $0.name, role: $0.role.rawValue, isSession: $0.via == .session) }
        let view = View(next: SignIn.localPath(query["next"]), who: who)
        return WebPage(title: "Sign in", template: "signin", view: view, script: "signin.js")
    }
}
