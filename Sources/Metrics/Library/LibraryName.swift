/// How names that libraries chose become names that can be exposed.
enum LibraryName {
    /// A family's name under the libraries' own prefix: `HTTP.serverRequests` gives `library_http_server_requests`.
    static func family(_ label: String, _ kind: MetricKind, isTime: Bool = false) -> String {
        var name = "library_" + snake(label)
        if isTime, !name.hasSuffix("_seconds") { name += "_seconds" }
        if kind == .counter, name.hasSuffix("_total") { return name }
        let reserved = ["_total", "_created", "_bucket", "_count", "_sum", "_info"]
        if reserved.contains(where: name.hasSuffix) { name += "_value" }
        return kind == .counter ? name + "_total" : name
    }

    /// Labels that can be exposed: valid names, each once, sorted, none with an empty value, which would be the same as
    /// none.
    static func labels(_ dimensions: [(String, String)]) -> [(name: String, value: String)] {
        var values: [String: String] = [:]
        for (name, value) in dimensions where !value.isEmpty {
            var name = snake(name)
            if name == "le" || name == "quantile" || name.utf8.first.map(MetricName.isDigit) != false {
                name = "library_\(name)"
            }
            if values[name] == nil { values[name] = Escaping.shown(String(value.prefix(256))) }
        }
        return values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Lower-case words with underscores between them, of at most 100 bytes.
    private static func snake(_ text: String) -> String {
        var bytes: [UInt8] = []
        var isBreak = false
        var wasUpper = true
        for byte in text.utf8.prefix(400) {
            guard MetricName.isLetter(byte) || MetricName.isDigit(byte) else {
                isBreak = true
                continue
            }
            let isUpper = byte & 0x20 == 0 && MetricName.isLetter(byte)
            if !bytes.isEmpty, isBreak || (isUpper && !wasUpper) { bytes.append(UInt8(ascii: "_")) }
            bytes.append(isUpper ? byte | 0x20 : byte)
            isBreak = false
            wasUpper = isUpper
        }
        let name = String(decoding: bytes.prefix(100), as: UTF8.self)
        return name.isEmpty ? "unnamed" : name
    }
}
