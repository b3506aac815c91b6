import AgentStream
import Foundation
import Glibc

/// A headless Chromium, driven over a pipe.
package struct Chromium: Sendable {
    /// Whether tests on it run: always in CI, so that they fail there when it is missing.
    package static var isWanted: Bool {
        ProcessInfo.processInfo.environment["CI"] == "true" || FileManager.default.isExecutableFile(atPath: program)
    }

    /// What to say when it is missing.
    package static let remedy = "run scripts/install-packages test"

    private static let program = "/usr/bin/chromium"

    private let pipe: DevToolsPipe

    /// Runs `body` with a browser that knows nobody and leaves nothing behind.
    package static func with<Result>(_ body: (Chromium) async throws -> Result) async throws -> Result {
        let folder = "/tmp/ct-browser-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let pipe = try DevToolsPipe()
        let process = try ChildProcess(
            program,
            flags + ["--user-data-dir=\(folder)/profile"],
            environment: ["PATH": "/usr/bin:/bin", "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8", "TZ": "UTC"],
            descriptors: pipe.descriptors
        )
        pipe.closeChildsEnds()
        do {
            let result = try await body(Chromium(pipe: pipe))
            await end(process, pipe)
            return result
        } catch {
            await end(process, pipe)
            throw error
        }
    }

    /// A browser without a pipe to tell it what to do ends by itself, and takes its children along.
    private static func end(_ process: ChildProcess, _ pipe: DevToolsPipe) async {
        pipe.closeOwnEnd()
        for await _ in process.errorLines {}
        _ = await process.exit()
    }

    private static let flags = [
        // Root has no sandbox, and what is shown here is the tests' own.
        "--headless=new", "--no-sandbox", "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage",
        "--hide-scrollbars", "--mute-audio", "--no-first-run", "--no-default-browser-check", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
        "--disable-extensions", "--disable-features=Translate,MediaRouter,OptimizationHints", "--disable-breakpad",
        "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
        "--disable-background-timer-throttling", "--no-proxy-server", "--lang=en-US",
    ]

    /// Runs `body` with a page in a profile of its own, which is closed afterwards.
    package func page<Result>(
        _ window: BrowserPage.Window = .wide,
        _ body: (BrowserPage) async throws -> Result
    ) async throws -> Result {
        let context = try await pipe.send("Target.createBrowserContext")["browserContextId"] ?? .null
        let target = try await pipe.send("Target.createTarget", ["url": "about:blank", "browserContextId": context])
        let attached = try await pipe.send(
            "Target.attachToTarget",
            ["targetId": target["targetId"] ?? .null, "flatten": true]
        )
        let page = BrowserPage(pipe: pipe, session: attached["sessionId"]?.string ?? "")
        do {
            try await page.prepare(window)
            let result = try await body(page)
            try await close(page, context)
            return result
        } catch {
            try? await close(page, context)
            throw error
        }
    }

    private func close(_ page: BrowserPage, _ context: JSONValue) async throws {
        page.forget()
        _ = try await pipe.send("Target.disposeBrowserContext", ["browserContextId": context])
    }
}
