import ExecutorAPI
import Glibc

/// Completes an execution whose executor went away: afterwards its spool ends with exactly one exit frame.
struct SpoolRecovery {
    let folder: String

    /// - Returns: The spool's size.
    func run() throws -> Int {
        let file = try Descriptor.open("\(folder)/\(RunFolder.spool)", O_RDWR | O_CREAT)
        try mendLastLine(of: file)
        let size = try size(of: file)
        if try lastFrameIsExit(of: file, size: size) { return size }
        let frame = Frame(kind: .exit, body: try exitRecord(lines: countLines(of: file, size: size))).encoded
        lseek(file.number, 0, SEEK_END)
        try file.writeAll(frame)
        try file.sync()
        return size + frame.count
    }

    /// The stored record, or a new one that says that nothing is known.
    private func exitRecord(lines: Int) throws -> [UInt8] {
        let path = "\(folder)/\(RunFolder.exit)"
        if let stored = try SafeFile.read(path), (try? JSON.decode(ExitRecord.self, from: stored)) != nil {
            return stored
        }
        let start = try SafeFile.read("\(folder)/\(StartRecord.file)")
        let record = ExitRecord(
            code: nil,
            signal: nil,
            endedBy: .interrupted,
            detail: "The executor ended while the agent was running.",
            stderr: "",
            lines: lines,
            startedAt: start.flatMap { try? JSON.decode(StartRecord.self, from: $0).startedAt },
            finishedAt: WallClock.milliseconds
        )
        let bytes = try JSON.encode(record)
        try SafeFile.write(bytes, to: path)
        return bytes
    }

    /// Makes a last line without newline an unfinished line, or takes it out where it holds nothing of the agent's.
    private func mendLastLine(of file: borrowing Descriptor) throws {
        let size = try size(of: file)
        let start = try lineStart(before: size, of: file)
        guard start < size else { return }
        let kind = try file.read(at: start, count: 1).first
        if size - start == 1 || kind == Frame.Kind.exit.rawValue {
            guard ftruncate(file.number, off_t(start)) == 0 else { throw SystemFailure("truncate the spool") }
            return
        }
        lseek(file.number, 0, SEEK_END)
        try file.writeAll([0x0A])
        if kind == Frame.Kind.line.rawValue {
            lseek(file.number, off_t(start), SEEK_SET)
            try file.writeAll([Frame.Kind.partial.rawValue])
        }
    }

    private func lastFrameIsExit(of file: borrowing Descriptor, size: Int) throws -> Bool {
        guard size > 0 else { return false }
        let start = try lineStart(before: size - 1, of: file)
        return try file.read(at: start, count: 1).first == Frame.Kind.exit.rawValue
    }

    /// Where the line that holds the byte before `end` begins.
    private func lineStart(before end: Int, of file: borrowing Descriptor) throws -> Int {
        var place = end
        while place > 0 {
            let begin = max(0, place - SpoolWriter.chunkLimit)
            let bytes = try file.read(at: begin, count: place - begin)
            if let newline = bytes.lastIndex(of: 0x0A) { return begin + newline + 1 }
            place = begin
        }
        return 0
    }

    private func countLines(of file: borrowing Descriptor, size: Int) throws -> Int {
        var lines = 0
        var place = 0
        while place < size {
            let bytes = try file.read(at: place, count: min(SpoolWriter.chunkLimit, size - place))
            if bytes.isEmpty { break }
            lines += bytes.count { $0 == 0x0A }
            place += bytes.count
        }
        return lines
    }

    private func size(of file: borrowing Descriptor) throws -> Int {
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw SystemFailure("stat the spool") }
        return Int(status.st_size)
    }
}
