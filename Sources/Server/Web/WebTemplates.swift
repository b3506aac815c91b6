import Mustache

/// Renders the page's templates.
///
/// A name that a view does not have is looked for in the views around it, also when its value is nil: a template that
/// means its own view writes `{{.name}}`.
struct WebTemplates: Sendable {
    private let library: MustacheLibrary

    /// - Throws: A parser error for a template that is none.
    init(_ templates: [String: String]) throws {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        library = MustacheLibrary(
            templates: try templates.mapValues { text in
                try MustacheTemplate(string: "{{% CONTENT_TYPE:\(HTMLText.name)}}\(text)")
            }
        )
    }

    /// The HTML of a view; empty when there is no such template.
    func render(_ view: Any, _ template: String) -> String {
        library.render(view, withTemplate: template) ?? ""
    }
}
