import AgentStream

/// A field that is not what it was.
struct FieldDifference: Hashable {
    let path: [String]
    /// Nil where there was nothing.
    let before: JSONValue?
    let after: JSONValue?

    /// How two values differ, field by field; neither the order of an object's members is a difference nor whether it is
    /// empty or missing.
    static func between(_ before: JSONValue?, _ after: JSONValue?, at path: [String] = []) -> [FieldDifference] {
        if before?.object != nil || after?.object != nil, before.isObjectOrNothing, after.isObjectOrNothing {
            let (old, new) = (before?.object ?? [:], after?.object ?? [:])
            let keys = new.keys + old.keys.filter { new[$0] == nil }
            return keys.flatMap { between(old[$0], new[$0], at: path + [$0]) }
        }
        let (old, new) = (before?.array ?? [], after?.array ?? [])
        if before.isArrayOrNothing, after.isArrayOrNothing, (old + new).contains(where: { $0.object != nil }) {
            return (0..<max(old.count, new.count))
                .flatMap { between(before?[$0], after?[$0], at: path + ["\($0)"]) }
        }
        guard !areSame(before, after) else { return [] }
        return [FieldDifference(path: path, before: before, after: after)]
    }

    /// Texts are compared byte by byte, and numbers by what they are.
    private static func areSame(_ one: JSONValue?, _ other: JSONValue?) -> Bool {
        switch (one, other) {
        case (.string(let one), .string(let other)): Array(one.utf8) == Array(other.utf8)
        case (.number(let first), .number(let second)): first == second || one?.double == other?.double
        case (.array(let one), .array(let other)):
            one.count == other.count && zip(one, other).allSatisfy { areSame($0, $1) }
        case (.null, nil), (nil, .null): true
        default: one == other
        }
    }

    /// As an answer has it.
    var value: JSONValue {
        ["path": .string(path.joined(separator: ".")), "before": before ?? .null, "after": after ?? .null]
    }

    static let schema = Schema.object(
        [.required("path", .text), .required("before", .any), .required("after", .any)],
        unknown: .refuse
    )
}

extension JSONValue? {
    fileprivate var isObjectOrNothing: Bool { self?.object != nil || isNothing }
    fileprivate var isArrayOrNothing: Bool { self?.array != nil || isNothing }

    private var isNothing: Bool { self == nil || self?.isNull == true }
}
