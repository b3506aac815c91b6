import Glibc

extension Mode {
    /// How and whether it ends.
    static let endings: [String: @Sendable ([String]) -> Void] = [
        "silent": { _ in exit(0) },
        "exit": { words in exit(CInt(number(words, 0, or: 1))) },
        "kill-self": { words in
            let signalNumber = CInt(number(words, 0, or: 9))
            var core = rlimit(rlim_cur: 0, rlim_max: 0)
            setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core)
            signal(signalNumber, SIG_DFL)
            kill(getpid(), signalNumber)
        },
        "never": { _ in
            for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_IGN) }
            Standard.write(Lines.assistant(1) + [0x0A])
            Pause.forever()
        },
        "hang": { _ in Pause.forever() },
        "one-line-then-hang": { _ in
            Standard.write(Lines.assistant(1) + [0x0A])
            Pause.forever()
        },
        "chatter": { words in
            // Prints on for ever; only the total limit or the cap ends it.
            var count = 0
            while true {
                count += 1
                Standard.write(Lines.assistant(count, size: number(words, 0, or: 0)) + [0x0A])
                let delay = number(words, 1, or: 5)
                if delay > 0 { Pause.milliseconds(delay) }
            }
        },
        "result-then-hang": { _ in
            Standard.line(Lines.start)
            Standard.line(Lines.result())
            Pause.forever()
        },
        "result-then-lines": { words in
            // Goes on after a result, as an agent with background work does.
            Standard.line(Lines.result())
            Lines.write(1...number(words, 0, or: 5), size: 0, delay: number(words, 1, or: 50))
            Standard.line(Lines.result())
        },
        "close-stdout": { _ in
            Standard.write(Lines.assistant(1) + [0x0A])
            close(STDOUT_FILENO)
            Pause.milliseconds(200)
            exit(3)
        },
    ]
}
