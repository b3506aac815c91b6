import ExecutorAPI
import FoundationEssentials

/// The one way in which this program reads and writes JSON.
enum JSON {
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value))
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }

    /// Which field is wrong and how, in a sentence.
    static func complaint(about error: any Error) -> String {
        guard let error = error as? DecodingError else { return "The body is no JSON." }
        switch error {
        case .keyNotFound(let key, let context): return "\(path(context, key)) is missing."
        case .typeMismatch(_, let context): return "\(path(context)) has the wrong type."
        case .valueNotFound(_, let context): return "\(path(context)) must not be null."
        case .dataCorrupted(let context):
            return context.codingPath.isEmpty ? "The body is no JSON." : "\(path(context)) is not valid."
        @unknown default: return "The body is not valid."
        }
    }

    private static func path(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
        let keys = (context.codingPath + (last.map { [$0] } ?? [])).map(\.stringValue)
        return keys.isEmpty ? "The body" : keys.joined(separator: ".")
    }
}
