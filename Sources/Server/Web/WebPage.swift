import HTTPTypes
import Hummingbird
import Model
import NIOCore

/// What one page shows.
///
/// Views are values whose stored properties are the names in the template.
struct WebPage {
    var title: String
    var section: WebSection?
    var template: String
    var view: Any
    /// An ES module of this page, beside that of all pages.
    var script: String?
    var status: HTTPResponse.Status = .ok

    /// A page that says one thing, such as that something is not there.
    static func message(_ heading: String, _ text: String, status: HTTPResponse.Status) -> WebPage {
        WebPage(title: heading, template: "message", view: Message(heading: heading, text: text), status: status)
    }

    /// The answer to who would change what a file declares.
    static func kept(_ what: String, in managedBy: ManagedBy) -> WebPage {
        .message("Kept in a file", "\(what) is kept in \(managedBy.file): change it there.", status: .conflict)
    }

    private struct Message {
        let heading: String
        let text: String
    }
}

/// A link of a navigation.
struct WebLink {
    let name: String
    let path: String
    /// Whether it leads to what is shown.
    let isCurrent: Bool
}

/// Puts pages into the layout that all share.
struct WebLayout: Sendable {
    let assets: WebAssets
    let templates: WebTemplates

    private struct View {
        let title: String
        let assets: String
        let script: String?
        let sections: [WebLink]
        let account: String?
        let body: String
    }

    /// A page as an answer.
    ///
    /// - Parameters:
    ///   - page: What it shows.
    ///   - caller: Who reads it; the page names who has signed in.
    /// - Returns: The answer.
    func response(_ page: WebPage, for caller: Caller? = nil) -> Response {
        let view = View(
            title: page.title,
            assets: assets.path,
            script: page.script,
            sections: WebSection.allCases.map { section in
                WebLink(name: section.name, path: section.path, isCurrent: section == page.section)
            },
            account: caller?.via == .session ? caller?.name : nil,
            body: templates.render(page.view, page.template)
        )
        return Response(
            status: page.status,
            headers: Self.headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: templates.render(view, "layout")))
        )
    }

    /// Nothing but the service's own files runs or is loaded, and nobody frames the page.
    static let headers: HTTPFields = {
        var headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8",
            .cacheControl: "no-cache, private",
            .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: [
                "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
                "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
            ].joined(separator: "; "),
        ]
        headers[.referrerPolicy] = "same-origin"
        headers[.crossOriginResourcePolicy] = "same-origin"
        return headers
    }()
}
