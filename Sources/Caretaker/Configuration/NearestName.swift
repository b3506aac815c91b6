/// Finds the key that somebody probably meant.
enum NearestName {
    static func to(_ name: String) -> String {
        let candidates = ConfigurationKey.all.map(\.name)
        return candidates.min { distance($0, name) < distance($1, name) } ?? ""
    }

    /// The Levenshtein distance.
    static func distance(_ one: String, _ other: String) -> Int {
        let one = Array(one.utf8)
        let other = Array(other.utf8)
        var row = Array(0...other.count)
        for (index, byte) in one.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for place in other.indices {
                let above = row[place + 1]
                row[place + 1] = min(above + 1, row[place] + 1, diagonal + (other[place] == byte ? 0 : 1))
                diagonal = above
            }
        }
        return row[other.count]
    }
}
