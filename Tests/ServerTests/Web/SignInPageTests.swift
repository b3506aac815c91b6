import AgentStream
import Curl
import Model
import Server
import Store
import Testing

/// The page on which to sign in.
@Suite(.timeLimit(.minutes(10))) struct SignInPageTests {
    @Test func whoeverIsNotSignedInGetsThePageAndWhatItLoads() async throws {
        try await AccessScene.run { scene in
            let page = try await scene.ask("GET", "/signin?next=/runs%3Fstate%3Dlost", ["Accept": "text/html"])
            #expect(page.status == 200)
            #expect(page.text.contains(#"data-next="/runs?state=lost""#), "\(page.text)")
            #expect(page.headers["content-security-policy"]?.hasPrefix("default-src 'none'; script-src 'self'") == true)
            #expect(!page.text.contains("signed in as"))
            let paths = page.text.matches(of: /(?:src|href)="(\/assets\/[^"]*)"/).map { String($0.output.1) }
            #expect(paths.contains { $0.hasSuffix("/signin.js") })
            for path in paths { #expect(try await scene.ask("GET", path).status == 200, "\(path)") }
            // Nothing else of the page.
            for path in ["/runs", "/updates", "/assets", "/assetsx/page.js", "/signin/x"] {
                #expect(try await scene.ask("GET", path).status == 401, "\(path)")
            }
        }
    }

    @Test(arguments: ["//evil.example", "https://evil.example", "javascript:alert(1)", "/\\evil", "/signin?next=/"])
    func itLeadsNowhereElse(_ next: String) async throws {
        try await AccessScene.run { scene in
            let page = try await scene.ask("GET", "/signin?next=\(TestService.percentEncoded(next))")
            #expect(page.text.contains(#"data-next="/""#), "\(page.text)")
        }
    }

    @Test func whoeverIsSignedInIsToldAsWhom() async throws {
        try await AccessScene.run { scene in
            let cookie = try await scene.cookie(try await scene.token("ann", .operate))
            let page = try await scene.ask("GET", "/signin", ["Cookie": cookie])
            #expect(page.text.contains("You are signed in as <b>ann</b>, whose role is operate."))
            #expect(page.text.contains(#"<button id="signout""#))
            #expect(page.text.contains(#"data-who="ann""#))
            #expect(try await scene.ask("GET", "/runs", ["Cookie": cookie]).text.contains(#"href="/signin">ann</a>"#))
        }
    }

    @Test func whereNobodyNeedsATokenThereIsNothingToSignOutOf() async throws {
        try await AccessScene.run {
            $0.requiresToken = false
        } _: { scene async throws in
            let page = try await scene.ask("GET", "/signin")
            #expect(page.text.contains("<b>loopback</b>, whose role is admin."))
            #expect(!page.text.contains(#"<button id="signout""#))
        }
    }
}
