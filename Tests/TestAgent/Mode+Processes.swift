import Glibc

extension Mode {
    /// What it leaves running; every kind writes the pids to the file `children` in the working folder.
    static let processes: [String: @Sendable ([String]) -> Void] = [
        "fork-children": { _ in
            let script = """
                setsid sh -c 'trap "" INT TERM; echo $$ >>children; echo ready >>ready; while :; do sleep 1000; done' &
                sleep 1000 & echo $! >>children
                (setsid sh -c 'sleep 1000 & echo $! >>children; echo ready >>ready' &)
                while [ "$(wc -l <ready 2>/dev/null || echo 0)" -lt 2 ]; do sleep 0.01; done
                """
            unlink("children")
            unlink("ready")
            run(script)
            Standard.line(Lines.result())
        },
        "tree": { _ in
            // A tree that lives as long as the agent does.
            let script = """
                setsid sh -c 'trap "" INT TERM; echo $$ >>children; echo ready >>ready; while :; do sleep 1000; done' &
                (setsid sleep 1000 & echo $! >>children; echo ready >>ready)
                while [ "$(wc -l <ready 2>/dev/null || echo 0)" -lt 2 ]; do sleep 0.01; done
                """
            unlink("children")
            unlink("ready")
            run(script)
            Standard.write(Lines.assistant(1) + [0x0A])
            Pause.forever()
        },
        "orphans": { words in
            // Short-lived children that lose their parent at once.
            for _ in 0..<number(words, 0, or: 20) { run("(true &) ; true") }
            Standard.write(Lines.assistant(1) + [0x0A])
            Pause.until(fileExists: "go-on")
        },
    ]

    /// Runs a shell script and waits for it.
    static func run(_ script: String) {
        var pid = pid_t()
        let words = ["/bin/sh", "-c", script]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        guard posix_spawn(&pid, "/bin/sh", nil, nil, arguments, environ) == 0 else { exit(71) }
        var status: CInt = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    }
}
