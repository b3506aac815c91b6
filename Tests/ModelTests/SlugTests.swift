import Model
import Testing

struct SlugTests {
    @Test(arguments: [
        ("Update dependencies", "update-dependencies"),
        ("  Über  naïve -- Größe!  ", "ber-na-ve-gr-e"),
        ("", "task"),
        ("日本語", "task"),
        ("---", "task"),
        ("a", "a"),
        ("A1_b2", "a1-b2"),
        ("../../etc/passwd", "etc-passwd"),
        ("a\u{0}b\nc\r\nd", "a-b-c-d"),
        ("e\u{301}te\u{301}", "e-te"),
        ("İK", "k"),
        ("\u{212A}elvin", "elvin"),
    ])
    func aNameHasThisSlug(_ name: String, _ slug: String) {
        #expect(AgentTask.slug(of: name) == slug)
    }

    @Test
    func aSlugIsShortPlainAndItsOwnSlug() {
        var random = SeededGenerator(seed: 7)
        let scalars: [Unicode.Scalar] = ["a", "Z", "0", "-", " ", "_", "é", "\u{301}", "😀", "/", ".", "\u{0}"]
        for _ in 0..<2000 {
            var name = String.UnicodeScalarView()
            for _ in 0..<random.below(120) { name.append(scalars[random.below(scalars.count)]) }
            let slug = AgentTask.slug(of: String(name))
            #expect((1...48).contains(slug.utf8.count))
            #expect(slug.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil, "\(slug)")
            #expect(AgentTask.slug(of: slug) == slug)
        }
    }
}
