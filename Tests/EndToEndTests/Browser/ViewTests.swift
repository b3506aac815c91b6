import AgentStream
import Foundation
import TestSupport
import Testing

extension BrowserTests {
    /// Every view, large and small, light and dark.
    @Suite(.sharedScene)
    struct ViewTests {
        /// The views, by the names that their pictures have.
        static let views: KeyValuePairs = [
            "overview": "/", "runs": "/runs", "runs-failed": "/runs?state=failed", "run-running": "/runs/{running}",
            "run-queued": "/runs/{queued}", "run-succeeded": "/runs/{succeeded}", "run-failed": "/runs/{failed}",
            "run-denied": "/runs/{denied}", "recordings-1": "/runs/{recordings}?after=0",
            "recordings-2": "/runs/{recordings}?after=200", "recordings-3": "/runs/{recordings}?after=400",
            "recordings-4": "/runs/{recordings}?after=600", "recordings-5": "/runs/{recordings}",
            "run-middle": "/runs/{long}?before=300", "tasks": "/tasks", "task-new": "/tasks/new",
            "task": "/tasks/{task}", "task-old": "/tasks/{task}?version=1", "task-edit": "/tasks/{task}/edit",
            "task-deleted": "/tasks/{deleted}", "launch": "/tasks/{task}/run", "schedules": "/schedules",
            "schedule-new": "/schedules/new?task={task}", "schedule": "/schedules/{schedule}",
            "schedule-edit": "/schedules/{nightly}/edit", "schedule-nightly": "/schedules/{nightly}",
            "instances": "/instances", "charts": "/charts", "signin": "/signin", "missing": "/runs/none",
        ]

        static let names = views.map(\.key)
        static let windows: [BrowserPage.Window] = [.wide, .wide.dark, .phone, .phone.dark]

        /// Where the pictures are kept.
        private static let folder =
            ProcessInfo.processInfo.environment["CARETAKER_SCREENSHOTS"]
            ?? URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../.build/screenshots")
            .standardized.path

        static func path(_ name: String) throws -> String {
            try #require(views.first { $0.key == name }).value
        }

        @Test(arguments: names)
        func itFitsItsWindowAndTheBrowserHasNothingToComplainOf(_ name: String) async throws {
            let scene = try BrowserScene.shared()
            try await BrowserTests.page { page in
                try await page.open(scene.url(Self.path(name)))
                #expect(page.record.receivedBytes < 150_000)
                try await Self.showAll(page)
                for window in Self.windows {
                    try await page.look(window)
                    #expect(try await page.overflow() == nil, "\(window.name)")
                    try await Self.keep(page.screenshot(), "\(name)-\(window.name)")
                }
                let expected = name == "missing" ? 1 : 0
                #expect(page.record.complaints.count == expected, "\(page.record.complaints)")
                #expect(page.record.requests.allSatisfy { $0.hasPrefix("\(scene.base)/") }, "\(page.record.requests)")
            }
        }

        @Test(
            .enabled(if: AccessibilityCheck.isWanted, "\(AccessibilityCheck.remedy)"),
            arguments: names
        )
        func nothingKeepsPeopleFromUsingIt(_ name: String) async throws {
            let scene = try BrowserScene.shared()
            let check = try AccessibilityCheck()
            try await BrowserTests.page { page in
                try await page.open(scene.url(Self.path(name)))
                try await Self.showAll(page)
                // Both sizes and both schemes; what differs between two views of one scheme is their size alone.
                for window in isSoak ? Self.windows : [.wide, .phone.dark] {
                    try await page.look(window)
                    let faults = try await check.faults(of: page)
                    #expect(faults == [], "\(window.name)")
                }
            }
        }

        /// Has entries laid out that nobody has scrolled to.
        private static func showAll(_ page: BrowserPage) async throws {
            try await page.evaluate(
                """
                const sheet = new CSSStyleSheet();
                sheet.replaceSync(".entry { content-visibility: visible !important; }");
                document.adoptedStyleSheets.push(sheet);
                """
            )
        }

        private static func keep(_ picture: Data, _ name: String) throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try picture.write(to: URL(filePath: "\(folder)/\(name).png"))
        }
    }
}
