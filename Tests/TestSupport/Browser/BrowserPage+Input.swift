import AgentStream

extension BrowserPage {
    /// A key that is not a letter.
    package enum Key: String, Sendable {
        case tab = "Tab"
        case enter = "Enter"
        case space = " "
        case escape = "Escape"
        case end = "End"
        case pageUp = "PageUp"

        fileprivate var number: Int {
            switch self {
            case .tab: 9
            case .enter: 13
            case .escape: 27
            case .space: 32
            case .pageUp: 33
            case .end: 35
            }
        }

        fileprivate var text: String? {
            switch self {
            case .enter: "\r"
            case .space: " "
            default: nil
            }
        }
    }

    /// What a reader cannot click on.
    package struct OutOfReach: Error {
        package let selector: String
        package let reason: String
    }

    /// Clicks on the first element that a selector finds, as soon as there is one; what covers it is a failure.
    package func click(_ selector: String) async throws {
        let quoted = Self.quoted(selector)
        try await wait(for: "document.querySelector(\(quoted))")
        let place = try await evaluate(
            """
            (() => {
              const element = document.querySelector(\(quoted));
              element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
              const { left, top, width, height } = element.getBoundingClientRect();
              const [x, y] = [left + width / 2, top + height / 2];
              const hit = document.elementFromPoint(x, y);
              if (!hit || !(element.contains(hit) || hit.contains(element))) return { covered: hit?.outerHTML ?? "nothing" };
              return { x, y };
            })()
            """
        )
        if let covered = place["covered"]?.string { throw OutOfReach(selector: selector, reason: covered) }
        for type in ["mouseMoved", "mousePressed", "mouseReleased"] {
            try await send(
                "Input.dispatchMouseEvent",
                [
                    "type": .string(type), "x": place["x"] ?? .null, "y": place["y"] ?? .null, "clickCount": 1,
                    "button": type == "mouseMoved" ? "none" : "left",
                ]
            )
        }
    }

    /// Turns the mouse's wheel over the middle of the window; down when it is positive.
    package func turnWheel(by pixels: Int) async throws {
        let middle = try await evaluate("({ x: innerWidth / 2, y: innerHeight / 2 })")
        try await send(
            "Input.dispatchMouseEvent",
            [
                "type": "mouseWheel", "x": middle["x"] ?? .null, "y": middle["y"] ?? .null, "deltaX": 0,
                "deltaY": JSONValue(pixels),
            ]
        )
    }

    /// Writes a text where the caret is.
    package func type(_ text: String) async throws {
        try await send("Input.insertText", ["text": .string(text)])
    }

    /// Writes a text into the field that a selector finds, in place of what was there.
    package func fill(_ selector: String, with text: String) async throws {
        try await click(selector)
        try await evaluate("document.activeElement.select?.()")
        try await type(text)
    }

    /// Presses a key and lets it go.
    package func press(_ key: Key, shift: Bool = false) async throws {
        var event: JSONObject = [
            "key": .string(key.rawValue), "code": .string(key == .space ? "Space" : key.rawValue),
            "windowsVirtualKeyCode": JSONValue(key.number), "modifiers": shift ? 8 : 0,
        ]
        event["text"] = key.text.map { .string($0) }
        for type in [key.text == nil ? "rawKeyDown" : "keyDown", "keyUp"] {
            event["type"] = .string(type)
            if type == "keyUp" { event["text"] = nil }
            try await send("Input.dispatchKeyEvent", .object(event))
        }
    }
}
