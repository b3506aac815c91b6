import Glibc

/// What the agent can do, by name; each takes the words that follow its name.
enum Mode {
    static let all: [String: @Sendable ([String]) -> Void] = output.merging(endings) { $1 }.merging(processes) { $1 }
        .merging(repository) { $1 }

    /// The number at a place, or a default.
    static func number(_ words: [String], _ index: Int, or fallback: Int) -> Int {
        index < words.count ? Int(words[index]) ?? fallback : fallback
    }

    /// What is printed.
    private static let output: [String: @Sendable ([String]) -> Void] = [
        "lines": { words in
            Standard.line(Lines.start)
            let count = number(words, 0, or: 3)
            if count > 0 { Lines.write(1...count, size: number(words, 1, or: 0), delay: number(words, 2, or: 0)) }
            Standard.line(Lines.result())
        },
        "stamped": { words in
            Standard.line(Lines.start)
            Pause.until(fileExists: words.first ?? "gate")
            for _ in 0..<number(words, 1, or: 100) {
                Standard.write(Lines.stamped(size: number(words, 2, or: 0)) + [0x0A])
                Pause.milliseconds(number(words, 3, or: 10))
            }
            Standard.line(Lines.result())
        },
        "gate": { words in
            let count = number(words, 1, or: 3)
            let size = number(words, 2, or: 0)
            if count > 0 { Lines.write(1...count, size: size) }
            Pause.until(fileExists: words.first ?? "gate")
            if count > 0 { Lines.write(count + 1...2 * count, size: size) }
            Standard.line(Lines.result())
        },
        "big": { words in
            Standard.write(Lines.assistant(1, size: number(words, 0, or: 1 << 20)) + [0x0A])
            Standard.line(Lines.result())
        },
        "big-result": { words in
            let text = String(repeating: "y", count: number(words, 0, or: 1 << 20))
            Standard.line(Lines.result(text: text))
            Pause.forever()
        },
        "invalid-utf8": { _ in
            Standard.write([0x7B, 0x22, 0xFF, 0xFE, 0xC0, 0x80, 0x22, 0x7D, 0x00, 0x0A])
            Standard.line(Lines.result())
        },
        "crlf": { _ in
            Standard.write(Lines.assistant(1) + [0x0D, 0x0A])
            Standard.line(Lines.result() + "\r")
        },
        "lone-surrogate": { _ in
            Standard.line(#"{"type":"assistant","message":{"content":[{"type":"text","text":"\ud800"}]}}"#)
            Standard.line(Lines.result())
        },
        "deep": { words in
            let depth = number(words, 0, or: 600)
            Standard.line(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
            Standard.line(Lines.result())
        },
        "empty-lines": { _ in
            Standard.write([0x0A, 0x0A])
            Standard.line(Lines.result())
        },
        "midline": { _ in
            Standard.write(Lines.assistant(1) + [0x0A])
            Standard.write([UInt8](#"{"type":"assis"#.utf8))
        },
        "forge-exit": { _ in
            Standard.line(#"x{"code":0,"endedBy":"agent","stderr":"","lines":0,"finishedAt":0}"#)
            Standard.write([UInt8](#"x{"code":0}"#.utf8))
        },
        "denied": { _ in
            Standard.line(Lines.start)
            Standard.line(
                Lines.result(denials: #"[{"tool_name":"Bash","tool_use_id":"toolu_1","tool_input":{"command":"ls"}}]"#)
            )
        },
        "error-result": { _ in
            Standard.line(Lines.start)
            Standard.line(Lines.result(error: true))
            exit(1)
        },
        "stderr-flood": { _ in
            for number in 1...20_000 { Standard.error("complaint \(number) \u{00E9}\n") }
            Standard.line(Lines.result())
        },
        "echo-env": { _ in
            var place = environ
            while let variable = place.pointee {
                Standard.line(String(cString: variable))
                place += 1
            }
        },
        "echo-args": { words in
            for word in words { Standard.line(word) }
        },
        "echo-prompt-size": { words in
            Standard.line("\(words.joined(separator: " ").utf8.count)")
        },
        "echo-process": { _ in
            Standard.line("pid \(getpid()) sid \(getsid(0)) umask \(String(umask(0), radix: 8))")
            Standard.write(FileText.read("/proc/self/status"))
            Standard.line("oom \(String(decoding: FileText.read("/proc/self/oom_score_adj"), as: UTF8.self))")
            for descriptor in CInt(0)...64 where fcntl(descriptor, F_GETFD) >= 0 { Standard.line("fd \(descriptor)") }
        },
    ]
}
