import AgentStream
import Foundation
import Testing

@testable import Server

/// The HTML of entries.
@Suite(.timeLimit(.minutes(10))) struct EntryHTMLTests {
    private let templates: WebTemplates

    init() throws { templates = try WebTemplates(WebAssets().templates) }

    private static let names: Set = [
        "article", "header", "span", "b", "small", "div", "pre", "details", "summary", "img", "p",
    ]
    private static let attributes: Set = [
        "class", "data-message", "data-part", "data-use", "data-of", "data-parent", "aria-hidden", "tabindex", "src",
        "alt", "loading",
    ]

    /// The HTML of lines, one message each.
    private func html(_ lines: [[UInt8]]) -> String {
        var fold = TranscriptFold()
        var tree = EntryTree()
        for (index, line) in lines.enumerated() {
            for entry in fold.entries(of: line, kind: AgentLine(classifying: line).kind) {
                tree.add(EntryView(entry, message: index + 1))
            }
        }
        return tree.html(templates)
    }

    private func check(_ html: String, _ comment: String) -> Markup {
        let markup = Markup(html)
        #expect(markup.faults.isEmpty, "\(comment): \(markup.faults.prefix(3))")
        for tag in markup.tags {
            #expect(Self.names.contains(tag.name), "\(comment)")
            #expect(Self.attributes.isSuperset(of: tag.attributes.keys), "\(comment): \(tag.attributes.keys)")
            #expect(tag.attributes["src"]?.hasPrefix("data:image/") ?? true, "\(comment)")
        }
        return markup
    }

    @Test func everyRecordingIsShownAndNothingOfItIsUnknown() throws {
        for name in try Recordings.names() {
            let html = html(try Recordings.lines(of: name))
            let markup = check(html, name)
            #expect(markup.entries.isEmpty == Recordings.silent.contains(name), "\(name)")
            #expect(Set(markup.entries).count == markup.entries.count, "\(name)")
            #expect(!markup.tags.contains { $0.attributes["class"] == "entry unknown" }, "\(name)")
        }
    }

    /// All strings but those that say what a line is are full of what could be markup or deceive.
    @Test(arguments: [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "\" onclick=\"alert(1)\" x=\"", "\"\u{301} onclick='alert(1)'", "'\u{338}>\u{FE0F}<\u{300}b>",
        "</pre></article></div><style>", "{{name}}{{{html}}}{{>entry}}", "&lt;b&gt; &#60;b&#62;",
        "\u{1B}[31m<b>\u{1B}[2J\u{1B}]0;x\u{7}\u{9B}1m\u{202E}\u{2066}\u{200B}\u{2028}\u{FEFF}\u{0}\u{8}\r\u{85}",
    ])
    func hostileTextIsNeverMarkup(hostile: String) throws {
        for name in try Recordings.names() where name != "recommended-flags.jsonl" {
            let lines = try Recordings.lines(of: name).map { line in
                (try? JSONValue(parsing: line)).map { Self.spoiled($0, with: hostile).encoded } ?? line
            }
            let html = html(lines)
            _ = check(html, "\(name) with \(hostile)")
            #expect(!html.unicodeScalars.contains(where: Self.isHidden), "\(name)")
        }
    }

    private static func spoiled(_ tree: JSONValue, with hostile: String, key: String? = nil) -> JSONValue {
        switch tree {
        case .string(let text):
            ["type", "subtype", "name"].contains(key) ? tree : .string("\(text)\(hostile)\(text)")
        case .array(let elements): .array(elements.map { spoiled($0, with: hostile) })
        case .object(let object):
            .object(
                JSONObject(
                    object.members.map {
                        JSONObject.Member(key: $0.key, value: spoiled($0.value, with: hostile, key: $0.key))
                    }
                )
            )
        default: tree
        }
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0x00...0x1F, 0x7F...0x9F, 0x200B, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }

    @Test func aLineOfTenMegabytesIsShownInPart() throws {
        let text = String(repeating: "<b>\u{1B}[3\(1)m", count: 1 << 20)
        let line: JSONValue = [
            "type": "assistant", "message": ["content": [["type": "text", "text": .string(text)]]],
        ]
        for bytes in [line.encoded, Array(text.utf8)] {
            #expect(bytes.count >= 8 << 20)
            let html = html([bytes])
            _ = check(html, "10 MB")
            #expect(html.utf8.count < 2 << 20)
            #expect(html.contains("more bytes"))
        }
    }

    @Test func whatASubagentDoesAndResultsAreInTheCardsThatTheyBelongTo() throws {
        let html = html(try Recordings.lines(of: "subagent-foreground.jsonl"))
        let markup = check(html, "subagent")
        let uses = Set(markup.tags.compactMap { $0.attributes["data-use"] })
        #expect(!uses.isEmpty)
        // Within the card of the use, which is open still.
        let card = try #require(html.firstRange(of: "class=\"entry tool subagent\""))
        let inside = try #require(html[card.upperBound...].firstRange(of: "<div class=\"inside\">"))
        let next = html[inside.upperBound...].prefix(40)
        #expect(next.hasPrefix("<article class=\"entry "), "\(next)")
        #expect(markup.tags.contains { $0.attributes["data-parent"].map(uses.contains) ?? false })
    }

    @Test func aChainOfCardsEndsAtTheDepthThatReadersFollow() throws {
        let lines = (0..<2000).map { number -> [UInt8] in
            let line: JSONValue = [
                "type": "assistant", "parent_tool_use_id": .string("u\(number - 1)"),
                "message": ["content": [["type": "tool_use", "id": .string("u\(number)"), "name": "Agent"]]],
            ]
            return line.encoded
        }
        let markup = check(html(lines), "chain")
        #expect(markup.entries.count == 2000)
    }

    @Test func coloursOfATerminalAreClasses() {
        let html = StyledHTML.html(StyledText("a\u{1B}[1;31;44mb<\u{1B}[0mc"))
        #expect(html == "a<span class=\"f1 g4 bold\">b&lt;</span>c")
    }
}
