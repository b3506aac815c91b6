import Testing

@testable import Server

@Suite struct HTMLTextTests {
    private struct View {
        let text: String
        let inner: [Inner]
    }

    private struct Inner {
        let text: String
    }

    /// A combining mark makes one character of a quote and itself, which is still the end of an attribute.
    @Test(arguments: ["\"", "'", "<", ">", "&"])
    func noScalarThatMeansSomethingGetsThrough(mark: String) throws {
        for text in [mark, "\(mark)\u{301}", "a\u{300}\(mark)\u{338}b", "\u{200D}\(mark)\u{FE0F}"] {
            let templates = try WebTemplates(["a": "{{text}}{{#inner}}{{text}}{{>b}}{{/inner}}", "b": "{{text}}"])
            let html = templates.render(View(text: text, inner: [Inner(text: text)]), "a")
            let reference = /&(lt|gt|amp|quot|#39);/.matchingSemantics(.unicodeScalar)
            let unescaped = html.replacing(reference, with: "")
            #expect(!unescaped.unicodeScalars.contains { mark.unicodeScalars.contains($0) }, "\(html)")
            #expect(html.unicodeScalars.contains("&"))
        }
    }

    @Test func whatCannotBeSeenIsShown() {
        #expect(HTMLText().escapeText("a\u{202E}b\u{1B}[1m") == "a\\u{202E}b\\u{1B}[1m")
    }

    @Test func theFieldsOfFormsHoldWhatWasWritten() {
        #expect(HTMLText.escaped("a\u{200E}\"b\"\r\n") == "a\u{200E}&quot;b&quot;\r\n")
    }
}
