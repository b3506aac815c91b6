import ExecutorAPI

/// Reads the commits that `git rev-list` lists, one a line, fields divided by zero bytes.
enum CommitListing {
    static func parse(_ bytes: [UInt8]) -> [GitExportResponse.Commit] {
        bytes.split(separator: 0x0A).compactMap { line in
            let fields = line.split(separator: 0, omittingEmptySubsequences: false).map {
                String(decoding: $0, as: UTF8.self)
            }
            guard fields.count == 5, let time = Int64(fields[3]) else { return nil }
            var subject = fields[4][...]
            while subject.last == " " { subject.removeLast() }
            return GitExportResponse.Commit(
                sha: fields[0],
                author: fields[1],
                email: fields[2],
                time: time,
                subject: String(subject)
            )
        }
    }
}
