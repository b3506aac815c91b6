package import AgentStream
import Synchronization

/// A page of a browser: what a reader does with it, and what a reader sees.
package final class BrowserPage: Sendable {
    /// How large it is, and what its reader likes.
    package struct Window: Hashable, Sendable {
        package var width: Int
        package var height: Int
        package var isDark: Bool

        package init(width: Int, height: Int, isDark: Bool = false) {
            self.width = width
            self.height = height
            self.isDark = isDark
        }

        package static let wide = Window(width: 1280, height: 900)
        package static let phone = Window(width: 390, height: 844)

        package var dark: Window { Window(width: width, height: height, isDark: true) }
        package var name: String { "\(width)-\(isDark ? "dark" : "light")" }
    }

    /// A script of a test that threw.
    package struct ScriptFailed: Error {
        package let script: String
        package let reason: String
    }

    private struct State {
        var record = PageRecord()
        var listeners: [(method: String, take: AsyncStream<JSONValue>.Continuation)] = []
    }

    private let pipe: DevToolsPipe
    private let session: String
    private let state = Mutex(State())

    init(pipe: DevToolsPipe, session: String) {
        self.pipe = pipe
        self.session = session
    }

    /// What happened since the page was opened or since this was forgotten.
    package var record: PageRecord { state.withLock { $0.record } }

    /// Begins a new record.
    package func clearRecord() { state.withLock { $0.record = PageRecord() } }

    func prepare(_ window: Window) async throws {
        pipe.tell(session) { [weak self] in self?.take($0, $1) }
        try await send("Page.enable")
        try await send("Page.setLifecycleEventsEnabled", ["enabled": true])
        for domain in ["Runtime", "Network", "Log", "Audits", "DOM"] { try await send("\(domain).enable") }
        // Nothing that an earlier page left makes a later one light.
        try await send("Network.setCacheDisabled", ["cacheDisabled": true])
        try await send("Emulation.setFocusEmulationEnabled", ["enabled": true])
        try await look(window)
    }

    func forget() {
        pipe.tell(session, to: nil)
        for listener in state.withLock({ $0.listeners }) { listener.take.finish() }
    }

    private func take(_ method: String, _ event: JSONValue) {
        let listeners = state.withLock { state in
            state.record.take(method, event)
            return state.listeners
        }
        for listener in listeners where listener.method == method { listener.take.yield(event) }
    }

    /// Sends a command of DevTools.
    @discardableResult
    package func send(_ method: String, _ parameters: JSONValue = [:]) async throws -> JSONValue {
        try await pipe.send(method, parameters, session: session)
    }

    /// The events of a kind, from now on.
    package func events(_ method: String) -> AsyncStream<JSONValue> {
        let (events, continuation) = AsyncStream.makeStream(of: JSONValue.self)
        state.withLock { $0.listeners.append((method, continuation)) }
        return events
    }

    /// Opens an address and returns when all of it has been loaded.
    package func open(_ url: String) async throws {
        try await loading { try await send("Page.navigate", ["url": .string(url)]) }
    }

    /// Does something that leads to another page, and returns when all of that has been loaded.
    package func loading(_ action: () async throws -> Void) async throws {
        let events = events("Page.lifecycleEvent")
        try await action()
        for await event in events where event["name"]?.string == "load" { return }
        try Task.checkCancellation()
        throw DevToolsPipe.Refused(method: "load", reason: "the browser has ended")
    }

    /// The value of an expression, or what its promise comes to.
    @discardableResult
    package func evaluate(_ script: String) async throws -> JSONValue {
        let answer = try await send(
            "Runtime.evaluate",
            [
                "expression": .string(script), "awaitPromise": true, "returnByValue": true, "userGesture": true,
            ]
        )
        if let details = answer["exceptionDetails"] {
            let reason = details["exception"]?["description"]?.string ?? details["text"]?.string ?? ""
            throw ScriptFailed(script: String(script.prefix(400)), reason: reason)
        }
        return answer["result"]?["value"] ?? .null
    }

    /// Returns when an expression is true, which is looked at whenever something in the page changes; answers its value.
    ///
    /// One that is not true within two minutes is a failure that says which.
    @discardableResult
    package func wait(for expression: String) async throws -> JSONValue {
        try await evaluate(
            """
            new Promise((resolve, reject) => {
              const look = () => {
                try {
                  const value = (\(expression));
                  if (value) { stop(); resolve(value); }
                } catch (error) { stop(); reject(error); }
              };
              const observer = new MutationObserver(look);
              const limit = setTimeout(() => { stop(); reject(new Error(`never true: ${look}`)); }, 120_000);
              const stop = () => {
                clearTimeout(limit);
                observer.disconnect();
                for (const kind of ["scroll", "toggle", "input", "focusin"]) removeEventListener(kind, look, true);
              };
              observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
              for (const kind of ["scroll", "toggle", "input", "focusin"]) addEventListener(kind, look, true);
              look();
            })
            """
        )
    }

    /// The text of the first element that a selector finds; empty for none.
    package func text(_ selector: String) async throws -> String {
        try await evaluate("document.querySelector(\(Self.quoted(selector)))?.innerText ?? ''").string ?? ""
    }

    /// A text as a literal of a script.
    package static func quoted(_ text: String) -> String {
        String(decoding: JSONValue.string(text).encoded, as: UTF8.self)
    }
}
