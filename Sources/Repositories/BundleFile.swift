import FoundationEssentials
import SystemPackage

/// The bundle of a run, and beside it the answer that goes with it.
///
/// The answer is written last, so that it says that the bundle is whole.
struct BundleFile: Sendable {
    let path: String

    private var answer: String { path + ".json" }
    /// Where the bundle is written before it is whole.
    var part: String { path + ".part" }

    /// The answer of an earlier fetch, if it is whole.
    func earlierAnswer() -> FetchedSource? {
        guard let bytes = try? Files.read(answer, limit: 64 << 10),
            let source = try? JSONDecoder().decode(FetchedSource.self, from: Data(bytes))
        else { return nil }
        return source.isEmpty || Files.kind(of: path) == .file ? source : nil
    }

    /// Removes what an unfinished fetch left.
    func clear() {
        for file in [answer, path, part, part + ".lock", answer + ".part"] { Files.remove(file) }
    }

    /// Puts the written part in its place.
    func publish() throws {
        try Files.publish(part, as: path)
    }

    func keep(_ source: FetchedSource) throws {
        let bytes = Array(try JSONEncoder().encode(source))
        try Files.write(bytes, to: answer + ".part", permissions: [.ownerReadWrite])
        try Files.publish(answer + ".part", as: answer)
    }
}
