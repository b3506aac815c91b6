/// The references of a bundle, as `git bundle unbundle` lists them.
struct BundleTips {
    private(set) var branches: [String: String] = [:]
    private(set) var tags: [String: String] = [:]
    private var head: String?
    private var all: [String] = []

    init(listing: [UInt8]) {
        for line in listing.split(separator: 0x0A) {
            let fields = line.split(separator: 0x20, maxSplits: 1).map { String(decoding: $0, as: UTF8.self) }
            guard fields.count == 2 else { continue }
            all.append(fields[0])
            if fields[1] == "HEAD" {
                head = fields[0]
            } else if fields[1].hasPrefix("refs/heads/") {
                branches[String(fields[1].dropFirst("refs/heads/".count))] = fields[0]
            } else if fields[1].hasPrefix("refs/tags/") {
                tags[String(fields[1].dropFirst("refs/tags/".count))] = fields[0]
            }
        }
    }

    /// What a branch or tag names, or without a name what the bundle was made for.
    func commit(of name: String?) -> String? {
        guard let name else { return head ?? (branches.count == 1 ? branches.first?.value : all.first) }
        return branches[name] ?? tags[name]
    }
}
