extension Mode {
    /// What it does to the repository in its working folder.
    static let repository: [String: @Sendable ([String]) -> Void] = [
        "commit": { words in
            Standard.line(Lines.start)
            let name = words.first ?? "agent.txt"
            FileText.write("made by the test agent\n", to: name)
            run("git add -- '\(name)' && git commit -q -m 'Add \(name)'")
            Standard.line(Lines.result())
        },
        "dirty": { _ in
            FileText.write("an untracked file\n", to: "untracked.txt")
            run("for f in $(git ls-files | head -1); do echo changed >> \"$f\"; done")
            Standard.line(Lines.result())
        },
        "shell": { words in
            run(words.joined(separator: " "))
            Standard.line(Lines.result())
        },
    ]
}
