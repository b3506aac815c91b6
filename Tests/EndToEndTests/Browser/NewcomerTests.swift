import AgentStream
import TestSupport
import Testing

extension BrowserTests {
    /// What somebody does who sees the page for the first time, with nothing but the page.
    struct NewcomerTests {
        @Test func aTaskIsMadeRunWatchedAndScheduledInThePageAlone() async throws {
            try await ServiceUnderTest.with { service in
                let repository = try await GitRepository(at: "\(service.folder)/repository").path
                try await BrowserTests.page { page in
                    try await page.open("http://127.0.0.1:\(service.port)/")
                    try await Self.makeTask(["gate \(service.folder)/gate 3", "commit"], page)
                    try await Self.launch(repository, page)
                    try await Self.watch(page) { try service.makeFile("\(service.folder)/gate") }
                    try await Self.schedule(repository, page)
                    // The browser notes what the service refused, of which the page told.
                    let refused = ["tasks.create", "schedules.preview"]
                    let rest = page.record.complaints.filter { complaint in
                        !complaint.contains("status of 400")
                            || !refused.contains { complaint.contains("/trpc/\($0)") }
                    }
                    #expect(rest == [])
                }
            }
        }

        private static func makeTask(_ steps: [String], _ page: BrowserPage) async throws {
            try await page.loading { try await page.click("nav a[href='/tasks']") }
            try await page.loading { try await page.click("main a[href='/tasks/new']") }
            // What is missing is said where it is missing.
            try await page.click("form button.main")
            try await page.wait(for: "document.activeElement.name === 'name'")
            #expect(try await page.text("[aria-invalid] ~ .error") == "This must not be empty.")
            try await page.fill("[name=name]", with: "Tidy up")
            for (number, step) in steps.enumerated() {
                let field = "[name='steps.\(number).instructions']"
                if number > 0 { try await page.click("[data-list=steps] > [data-add]") }
                try await page.fill(field, with: step)
            }
            // The second goes up and down again.
            try await page.click(".item:nth-child(2) [data-move='-1']")
            #expect(
                try await page.evaluate("document.querySelector(\"[name='steps.0.instructions']\").value") == "commit"
            )
            try await page.click(".item:nth-child(1) [data-move='1']")
            try await page.loading { try await page.click("form button.main") }
            #expect(try await page.text("h1") == "Tidy up")
            #expect(try await page.evaluate("document.querySelectorAll('.steps > li').length") == 2)
        }

        private static func launch(_ repository: String, _ page: BrowserPage) async throws {
            try await page.loading { try await page.click(".actions a.main") }
            try await page.fill("[name=repository]", with: repository)
            try await page.loading { try await page.click("form button.main") }
        }

        /// Sees the run begin, wait and go on, without loading the page anew.
        private static func watch(_ page: BrowserPage, goOn: () throws -> Void) async throws {
            try await page.evaluate("window.wasHere = true")
            try await page.wait(for: "document.querySelectorAll('.entry.text').length === 3")
            try await page.wait(for: "document.querySelector('#head .badge.running')")
            try goOn()
            try await page.wait(for: "document.querySelector('#head .heading .badge.succeeded')")
            try await page.wait(for: "document.querySelectorAll('.entry.text').length === 6")
            try await page.wait(for: "document.querySelectorAll('.commits li').length === 1")
            #expect(try await page.evaluate("window.wasHere") == true)
        }

        private static func schedule(_ repository: String, _ page: BrowserPage) async throws {
            try await page.loading { try await page.click("nav a[href='/tasks']") }
            try await page.loading { try await page.click("#tasks td a") }
            try await page.loading { try await page.click("a[href^='/schedules/new']") }
            try await page.fill("[name=name]", with: "Nightly")
            try await page.fill("[name=repository]", with: repository)
            try await page.fill("[name=expression]", with: "61 2 * * *")
            try await page.wait(for: "document.querySelector('#preview .why')")
            try await page.fill("[name=expression]", with: "30 2 * * *")
            try await page.fill("[name=zone]", with: "Europe/Berlin")
            try await page.wait(for: "document.querySelectorAll('#preview ol li').length === 10")
            try await page.wait(for: "document.querySelector('#preview').innerText.includes('Europe/Berlin')")
            #expect(try await page.text("#preview").contains("When the clocks change"))
            try await page.loading { try await page.click("form button.main") }
            #expect(try await page.text("h1") == "Nightly")
            try await page.click("[data-opens=pause]")
            try await page.fill("#pause [name=note]", with: "until the release")
            try await page.loading { try await page.click("#pause button.main") }
            #expect(try await page.text("#state") == "paused")
            #expect(try await page.text("#pauses").contains("until the release"))
            try await page.loading { try await page.click("[data-procedure='schedules.resume'] button") }
            #expect(try await page.text("#pauses") == "")
        }

        @Test func whyARunFailedIsTwoClicksFromTheOverview() async throws {
            try await ServiceUnderTest.with { service in
                let repository = try await GitRepository(at: "\(service.folder)/repository").path
                try await BrowserTests.page(.phone) { page in
                    try await page.open("http://127.0.0.1:\(service.port)/")
                    let run = try await service.startRun(
                        ["lines 2", "shell echo no such host >&2; kill -9 $PPID"],
                        repository: repository
                    )
                    try await page.wait(for: "document.querySelector('#results .badge.failed')")
                    try await page.loading { try await page.click("#results .badge.failed") }
                    let why = try await service.summary(of: run)["detail"]?.string ?? ""
                    #expect(!why.isEmpty)
                    #expect(try await page.text("#head .notice.failed").contains(why))
                    try await page.click("#step-2 > summary")
                    #expect(try await page.text("#step-2 .output").contains("no such host"))
                    #expect(page.record.complaints == [])
                }
            }
        }
    }
}
