import AgentStream
import Cron
import Glibc

/// `caretaker cron next --batch`: answers lines as they come, and writes when the input pauses or much is waiting.
struct CronBatch {
    /// The most instants that one line may ask for.
    static let mostInstants = 100_000
    private static let chunkBytes = 65_536

    /// The schedule's id, which `H` depends on.
    private let id: String
    /// For lines that do not say how many.
    private let count: Int
    private var reader = CronReader()

    init(id: String, count: Int) {
        self.id = id
        self.count = count
    }

    func run() throws(Failure) {
        var batch = self
        try batch.answerInput()
    }

    private mutating func answerInput() throws(Failure) {
        var (rest, answers) = ([UInt8](), [UInt8]())
        var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
        while true {
            let length = read(STDIN_FILENO, &chunk, chunk.count)
            if length < 0, errno == EINTR { continue }
            guard length > 0 else { break }
            rest += chunk[..<length]
            var start = 0
            while let end = rest[start...].firstIndex(of: 0x0A) {
                answers += answer(rest[start..<end])
                start = end + 1
                if answers.count > Self.chunkBytes { try Self.write(&answers) }
            }
            rest.removeFirst(start)
            if !Self.hasInput { try Self.write(&answers) }
        }
        if !rest.isEmpty { answers += answer(rest[...]) }
        try Self.write(&answers)
    }

    /// The answer to a line, with the line's end.
    mutating func answer(_ line: ArraySlice<UInt8>) -> [UInt8] {
        do {
            var text = Array(#"{"next":["#.utf8)
            for (number, start) in try starts(line).enumerated() {
                text += (number == 0 ? "\"" : ",\"").utf8
                text += start.text.utf8
                text.append(UInt8(ascii: "\""))
            }
            return text + Array("]}\n".utf8)
        } catch {
            return (["error": .string(error.message)] as JSONValue).encoded + [0x0A]
        }
    }

    private mutating func starts(_ line: ArraySlice<UInt8>) throws(Failure) -> [SchedulePreview.Start] {
        let line = line.last == 0x0D ? line.dropLast() : line
        let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard fields.count >= 4 else {
            throw Failure("a line is an expression, a zone, an instant and a count, with tabs between", code: EX_USAGE)
        }
        // Blanks in an expression may be tabs too.
        let last = fields.count - 3
        let expression = fields[..<last].joined(separator: "\t")
        guard let count = fields[last + 2].isEmpty ? count : Int(fields[last + 2]),
            (0...Self.mostInstants).contains(count)
        else { throw Failure("the count is not a number from 0 to \(Self.mostInstants)", code: EX_USAGE) }
        let (parsed, zone) = try reader.read(expression, zone: fields[last].isEmpty ? nil : fields[last], id: id)
        let after = try reader.instant(fields[last + 1], zone: zone)
        return try reader.timetable(parsed, zone).starts(after: after, count: count)
    }

    /// More can be read at once.
    private static var hasInput: Bool {
        var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) > 0
    }

    private static func write(_ bytes: inout [UInt8]) throws(Failure) {
        var written = 0
        while written < bytes.count {
            let length = bytes[written...].withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if length < 0, errno == EINTR { continue }
            guard length > 0 else { throw Failure("standard output cannot be written to", code: EX_IOERR) }
            written += length
        }
        bytes.removeAll(keepingCapacity: true)
    }
}
