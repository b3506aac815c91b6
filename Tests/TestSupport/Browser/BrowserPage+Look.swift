import AgentStream
package import Foundation

extension BrowserPage {
    /// Gives the page a size and a colour scheme; a narrow one is a phone.
    package func look(_ window: Window) async throws {
        try await send(
            "Emulation.setDeviceMetricsOverride",
            [
                "width": JSONValue(window.width), "height": JSONValue(window.height), "deviceScaleFactor": 1,
                "mobile": .bool(window.width < 600),
            ]
        )
        try await send(
            "Emulation.setEmulatedMedia",
            [
                "features": [
                    ["name": "prefers-color-scheme", "value": window.isDark ? "dark" : "light"],
                    ["name": "prefers-reduced-motion", "value": "reduce"],
                ]
            ]
        )
        // What follows sees the page as it then is.
        try await evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    }

    /// A picture of all of the page, of its first 6,000 pixels at most.
    package func screenshot() async throws -> Data {
        let size = try await send("Page.getLayoutMetrics")["cssContentSize"]
        let answer = try await send(
            "Page.captureScreenshot",
            [
                "format": "png", "captureBeyondViewport": true, "optimizeForSpeed": true,
                "clip": [
                    "x": 0, "y": 0, "scale": 1, "width": size?["width"] ?? 0,
                    "height": JSONValue(min(size?["height"]?.double ?? 0, 6000)),
                ],
            ]
        )
        return Data(base64Encoded: answer["data"]?.string ?? "") ?? Data()
    }

    /// By how many pixels the page is wider than the window, and what sticks out of it.
    package func overflow() async throws -> String? {
        try await evaluate(
            """
            (() => {
              const { scrollWidth } = document.scrollingElement;
              if (scrollWidth <= innerWidth) return null;
              const out = [...document.body.querySelectorAll("*")].filter((element) => {
                return element.getBoundingClientRect().right > innerWidth + 0.5;
              });
              return `${scrollWidth} of ${innerWidth}: ` + out.slice(0, 3).map((element) => element.outerHTML.slice(0, 200)).join(" ");
            })()
            """
        ).string
    }
}
