import AgentStream
import TestSupport
import Testing

extension BrowserTests {
    /// The page without a mouse.
    struct KeyboardTests {
        struct NotReached: Error {
            let selector: String
        }

        /// Goes on with the tabulator to an element, each step of which is to be seen.
        private static func tab(to selector: String, _ page: BrowserPage) async throws {
            for _ in 0..<120 {
                try await page.press(.tab)
                let place = try await page.evaluate(
                    """
                    (() => {
                      const active = document.activeElement;
                      if (active === document.body) return { found: false, seen: true };
                      const { outlineStyle, outlineWidth } = getComputedStyle(active);
                      const { width, height } = active.getBoundingClientRect();
                      const seen = outlineStyle !== "none" && outlineWidth !== "0px" && width > 0 && height > 0;
                      return { found: active.matches(\(BrowserPage.quoted(selector))), seen, what: active.outerHTML };
                    })()
                    """
                )
                #expect(place["seen"] == true, "\(place["what"]?.string ?? "")")
                if place["found"] == true { return }
            }
            throw NotReached(selector: selector)
        }

        private static func go(to selector: String, _ page: BrowserPage) async throws {
            try await tab(to: selector, page)
            try await page.loading { try await page.press(.enter) }
        }

        @Test func aTaskIsMadeRunAndDeletedByTheKeyboardAlone() async throws {
            try await ServiceUnderTest.with { service in
                let repository = try await GitRepository(at: "\(service.folder)/repository").path
                try await BrowserTests.page { page in
                    try await page.open("http://127.0.0.1:\(service.port)/")
                    // The first thing is the way past the navigation.
                    try await page.press(.tab)
                    #expect(try await page.evaluate("document.activeElement.className") == "skip")
                    try await page.press(.enter)
                    #expect(try await page.evaluate("document.activeElement.id") == "main")
                    try await page.press(.tab, shift: true)
                    try await Self.make(["lines 2", "lines 1"], page)
                    try await Self.go(to: ".actions a.main", page)
                    try await Self.tab(to: "[name=repository]", page)
                    try await page.type(repository)
                    try await page.loading { try await page.press(.enter) }
                    try await page.wait(for: "document.querySelector('#head .heading .badge.succeeded')")
                    try await Self.delete(page)
                    #expect(page.record.complaints == [])
                }
            }
        }

        private static func make(_ steps: [String], _ page: BrowserPage) async throws {
            try await page.open(page.evaluate("location.origin + '/tasks'").string ?? "")
            try await go(to: "a[href='/tasks/new']", page)
            try await tab(to: "[name=name]", page)
            try await page.type("By keyboard")
            for (number, step) in steps.enumerated() {
                if number > 0 {
                    try await tab(to: "[data-list=steps] > [data-add]", page)
                    try await page.press(.space)
                } else {
                    try await tab(to: "[name='steps.0.instructions']", page)
                }
                #expect(
                    try await page.evaluate("document.activeElement.name") == .string("steps.\(number).instructions")
                )
                try await page.type(step)
            }
            try await go(to: "form button.main", page)
            #expect(try await page.evaluate("document.querySelectorAll('.steps > li').length") == 2)
        }

        /// Looks at what would go, thinks better of it, and then does it.
        private static func delete(_ page: BrowserPage) async throws {
            try await page.open(page.evaluate("location.origin + '/tasks/by-keyboard'").string ?? "")
            try await tab(to: "[data-opens=delete]", page)
            try await page.press(.enter)
            #expect(try await page.evaluate("document.activeElement.matches('#delete [data-closes]')") == true)
            // Nothing behind the question is reached.
            for _ in 0..<6 {
                try await page.press(.tab)
                let inside = "document.activeElement === document.body || !!document.activeElement.closest('#delete')"
                #expect(try await page.evaluate(inside) == true)
            }
            try await page.press(.escape)
            try await page.wait(for: "!document.querySelector('#delete').open")
            #expect(try await page.evaluate("document.activeElement.dataset.opens") == "delete")
            try await page.press(.enter)
            try await tab(to: "#delete button.danger", page)
            try await page.loading { try await page.press(.enter) }
            #expect(try await page.text("#tasks").contains("There is no task yet"))
        }
    }
}
