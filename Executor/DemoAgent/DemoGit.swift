import Subprocess
import SystemPackage

/// Git in the folder that the agent was started in.
struct DemoGit {
    /// What a command printed.
    struct Output {
        let isSuccess: Bool
        let bytes: [UInt8]
        let errors: String

        /// What it printed, without the last newline.
        var text: String {
            String(decoding: bytes.last == 0x0A ? bytes.dropLast() : bytes[...], as: UTF8.self)
        }
    }

    let folder: String

    func run(_ arguments: [String]) async -> Output {
        do {
            let result = try await Subprocess.run(
                .name("git"),
                arguments: Arguments(arguments),
                workingDirectory: FilePath(folder),
                output: .bytes(limit: 64 << 20),
                error: .bytes(limit: 1 << 20)
            )
            return Output(
                isSuccess: result.terminationStatus.isSuccess,
                bytes: result.standardOutput,
                errors: String(decoding: result.standardError, as: UTF8.self)
            )
        } catch {
            return Output(isSuccess: false, bytes: [], errors: "git could not be run: \(error)")
        }
    }

    /// The tracked regular files; links and submodules are none.
    func files() async -> [String] {
        await run(["ls-files", "-z", "--stage"]).bytes.split(separator: 0).compactMap { entry in
            let parts = entry.split(separator: 0x09, maxSplits: 1)
            guard parts.count == 2, parts[0].starts(with: "100".utf8) else { return nil }
            return String(validating: parts[1], as: UTF8.self)
        }
    }

    /// Commits files; without an identity in its configuration git must not make one up.
    func commit(_ files: [String], _ subject: String) async -> Output {
        // In pieces, because a command line has a limit; literal, so that a name is never taken for a pattern.
        for start in stride(from: 0, to: files.count, by: 500) {
            let piece = files[start..<min(start + 500, files.count)]
            let added = await run(["--literal-pathspecs", "add", "--"] + piece)
            guard added.isSuccess else { return added }
        }
        return await run(["-c", "user.useConfigOnly=true", "commit", "-q", "-m", subject])
    }
}
