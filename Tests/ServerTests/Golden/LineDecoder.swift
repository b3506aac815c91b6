import AgentStream

/// Makes one value of a JSONL stream, as tRPC's client would, and notes what breaks the framing's rules.
///
/// `{"kept": …}` is a promise, or `{"broken": …}`; `{"yielded": […], "returned": …}` an iterable, or with `failed`;
/// `{"undefined": true}` speaks for itself. Chunk numbers and the order of completion are gone.
struct LineDecoder {
    private(set) var problems: [String] = []
    private var chunks: [Int: [(status: Int, payload: JSONValue)]] = [:]
    private var defined: Set<Int> = []
    private(set) var tree = JSONValue.null

    init(_ text: String, isWhole: Bool = true) {
        // A ping may come after all, between the last line and the end; clients drop what has no newline.
        let text = String(text.reversed().drop { $0 == " " }.reversed())
        if isWhole, !text.hasSuffix("\n") { problems.append("the last line has no end") }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        let values = lines.map { try? JSONValue(parsing: String($0.drop { $0 == " " })) }
        if values.contains(where: { $0 == nil }) { problems.append("a line is no JSON") }
        guard let head = values.first??.object else {
            problems.append("no head")
            return
        }
        define(head.map(\.value))
        for value in values.dropFirst().compactMap(\.self) { take(value) }
        problems += defined.subtracting(chunks.keys).sorted().map { "chunk \($0) never comes" }
        tree = .object(JSONObject(head.map { JSONObject.Member(key: $0.key, value: decode($0.value)) }))
    }

    private mutating func take(_ line: JSONValue) {
        guard let id = line[0]?.int, let status = line[1]?.int, let payload = line[2] else {
            problems.append("no chunk: \(line)")
            return
        }
        if !defined.contains(id) { problems.append("chunk \(id) was not announced") }
        let isOver = chunks[id]?.last.map { $0.status != 1 || $0.payload.object != nil } ?? false
        if isOver { problems.append("chunk \(id) goes on after its end") }
        chunks[id, default: []].append((status, payload))
        if payload.array != nil { define([payload]) }
    }

    private mutating func define(_ encoded: [JSONValue]) {
        for definition in encoded.flatMap({ $0.array?.dropFirst() ?? [] }) {
            guard let id = definition[2]?.int, defined.insert(id).inserted else {
                problems.append("a definition without a number of its own: \(definition)")
                continue
            }
        }
    }

    private func decode(_ encoded: JSONValue) -> JSONValue {
        guard var value = encoded[0]?[0] else { return ["undefined": true] }
        for definition in encoded.array?.dropFirst() ?? [] {
            guard let kind = definition[1]?.int, let id = definition[2]?.int else { continue }
            let later = kind == 0 ? promise(id) : iterable(id)
            guard let key = definition[0]?.string, var object = value.object else {
                value = later
                continue
            }
            object[key] = later
            value = .object(object)
        }
        return value
    }

    private func promise(_ id: Int) -> JSONValue {
        guard let chunk = chunks[id]?.first else { return "pending" }
        return chunk.status == 0 ? ["kept": decode(chunk.payload)] : ["broken": chunk.payload]
    }

    private func iterable(_ id: Int) -> JSONValue {
        var object: JSONObject = ["yielded": .array([])]
        var values: [JSONValue] = []
        for chunk in chunks[id] ?? [] {
            switch chunk.status {
            case 1: values.append(decode(chunk.payload))
            case 0: object["returned"] = decode(chunk.payload)
            default: object["failed"] = chunk.payload
            }
        }
        object["yielded"] = .array(values)
        return .object(object)
    }
}
