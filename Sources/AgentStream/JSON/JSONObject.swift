/// The members of a JSON object, in their order, each key once.
///
/// Keys are compared byte by byte, as JavaScript does: Swift's `==` would take é and e + U+0301 for one key.
package struct JSONObject: Hashable, Sendable {
    /// A key with its value.
    package struct Member: Hashable, Sendable {
        package let key: String
        package var value: JSONValue

        package init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    package private(set) var members: [Member]

    package init() { members = [] }

    /// Of two members with one key the later gives the value and the earlier the place, as in JavaScript.
    package init(_ members: [Member]) {
        self.members = members.count > 16 ? Self.uniqueByIndex(members) : Self.uniqueBySearch(members)
    }

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }
    package var keys: [String] { members.map(\.key) }

    package subscript(_ key: String) -> JSONValue? {
        get { Self.index(of: key, in: members).map { members[$0].value } }
        set {
            switch (Self.index(of: key, in: members), newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    private static func index(of key: String, in members: [Member]) -> Int? {
        members.firstIndex { $0.key == key && areSameBytes($0.key, key) }
    }

    private static func areSameBytes(_ one: String, _ other: String) -> Bool {
        var one = one
        var other = other
        return one.withUTF8 { one in other.withUTF8 { one.elementsEqual($0) } }
    }

    private static func uniqueBySearch(_ members: [Member]) -> [Member] {
        var unique: [Member] = []
        unique.reserveCapacity(members.count)
        for member in members {
            if let index = index(of: member.key, in: unique) {
                unique[index].value = member.value
            } else {
                unique.append(member)
            }
        }
        return unique
    }

    private static func uniqueByIndex(_ members: [Member]) -> [Member] {
        // Nearly always so, and quicker to see: keys that Swift takes for different are different.
        if Set(members.lazy.map(\.key)).count == members.count { return members }
        var unique: [Member] = []
        var indices: [[UInt8]: Int] = [:]
        for member in members {
            let key = Array(member.key.utf8)
            if let index = indices[key] {
                unique[index].value = member.value
            } else {
                indices[key] = unique.count
                unique.append(member)
            }
        }
        return unique
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements.map { Member(key: $0.0, value: $0.1) })
    }
}

extension JSONObject: RandomAccessCollection {
    package var startIndex: Int { members.startIndex }
    package var endIndex: Int { members.endIndex }
    package subscript(position: Int) -> Member { members[position] }
}
