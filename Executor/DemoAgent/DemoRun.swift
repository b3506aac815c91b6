import AgentStream
import FoundationEssentials

/// The agent's work from the first line to the last.
struct DemoRun {
    /// How many changed places are told one by one.
    private static let toldHunks = 25

    let prompt: String
    let transcript: Transcript

    /// - Returns: Whether all went well; the last line says so too.
    func run() async -> Bool {
        let folder = FileManager.default.currentDirectoryPath
        transcript.begin(in: folder)
        transcript.say(introduction)
        let top = await DemoGit(folder: folder).run(["rev-parse", "--show-toplevel"])
        guard top.isSuccess, !top.text.isEmpty else {
            transcript.end("This is no git repository: \(folder)", isError: true)
            return false
        }
        let git = DemoGit(folder: top.text)
        let tidied = await tidyFiles(git)
        let added = await addEditorConfig(git)
        guard !tidied.isEmpty || added else {
            transcript.say("Every file is tidy and there is an \(EditorConfig.name): nothing to do.")
            transcript.end("nothing to do")
            return true
        }
        return await commit(tidied + (added ? [EditorConfig.name] : []), git, Self.subject(tidied.count, added))
    }

    private var introduction: String {
        let line = prompt.split(separator: "\n").first.map { String($0.prefix(200)) } ?? ""
        return """
            I am Caretaker's demo agent, a small program, not a language model. I do not understand what I am asked \
            (“\(line)”). Whatever it is, I strip white space from the ends of lines, add missing newlines at the ends \
            of files, add an \(EditorConfig.name) where there is none, and commit that.
            """
    }

    /// Tidies the tracked files and tells of the changed places.
    private func tidyFiles(_ git: DemoGit) async -> [String] {
        let files = await git.files()
        let details: JSONValue = [
            "stdout": .string("\(files.count)"), "stderr": "", "interrupted": false, "isImage": false,
        ]
        let input: JSONValue = ["command": "git ls-files | wc -l", "description": "Count the tracked files"]
        transcript.use("Bash", input, result: "\(files.count)", details: details)

        var tidied: [String] = []
        var told = 0
        for file in files {
            let path = "\(git.folder)/\(file)"
            guard let bytes = TextFile.read(path), let tidying = Tidying(bytes, path: file) else { continue }
            guard TextFile.write(tidying.bytes, to: path) else {
                transcript.say("I could not write \(file), so it stays as it is.")
                continue
            }
            tidied.append(file)
            for hunk in Hunk.all(of: tidying) {
                told += 1
                if told <= Self.toldHunks { tell(hunk, of: path) }
            }
        }
        if told > Self.toldHunks {
            transcript.say("I do not list the other \(told - Self.toldHunks) changed places; the commit has them all.")
        }
        return tidied
    }

    private func tell(_ hunk: Hunk, of path: String) {
        let input: JSONValue = [
            "file_path": .string(path), "old_string": .string(hunk.old), "new_string": .string(hunk.new),
            "replace_all": false,
        ]
        let details: JSONValue = [
            "filePath": .string(path), "oldString": .string(hunk.old), "newString": .string(hunk.new),
            "originalFile": .null, "structuredPatch": [hunk.json], "userModified": false, "replaceAll": false,
        ]
        transcript.use("Edit", input, result: "The file \(path) has been updated.", details: details)
    }

    private func addEditorConfig(_ git: DemoGit) async -> Bool {
        let path = "\(git.folder)/\(EditorConfig.name)"
        guard !TextFile.exists(path), await !git.run(["check-ignore", "-q", EditorConfig.name]).isSuccess,
            TextFile.write([UInt8](EditorConfig.text.utf8), to: path)
        else { return false }
        let content = JSONValue.string(EditorConfig.text)
        let details: JSONValue = [
            "type": "create", "filePath": .string(path), "content": content, "structuredPatch": [],
            "originalFile": .null,
        ]
        let input: JSONValue = ["file_path": .string(path), "content": content]
        transcript.use("Write", input, result: "File created successfully at: \(path)", details: details)
        return true
    }

    private func commit(_ files: [String], _ git: DemoGit, _ subject: String) async -> Bool {
        let outcome = await git.commit(files, subject)
        let command = "git add -- \(files.count) files && git commit -q -m '\(subject)'"
        let details: JSONValue = [
            "stdout": .string(outcome.text), "stderr": .string(outcome.errors), "interrupted": false, "isImage": false,
        ]
        let input: JSONValue = ["command": .string(command), "description": "Commit the changes"]
        let said = outcome.isSuccess ? outcome.text : outcome.errors
        transcript.use("Bash", input, result: said, isError: !outcome.isSuccess, details: details)
        guard outcome.isSuccess else {
            transcript.end("The changes could not be committed: \(outcome.errors)", isError: true)
            return false
        }
        transcript.say("Done. The commit is “\(subject)”.")
        transcript.end(subject)
        return true
    }

    /// The commit's subject; the same work always gets the same one.
    private static func subject(_ tidied: Int, _ added: Bool) -> String {
        let files = "Tidy white space in \(tidied) file\(tidied == 1 ? "" : "s")"
        if tidied == 0 { return "Add \(EditorConfig.name)" }
        return added ? "\(files), add \(EditorConfig.name)" : files
    }
}
