import AgentStream
import Foundation
import Glibc
import Yams

/// A file of tasks and schedules, read as YAML.
struct TaskFile {
    let path: String
    /// Its documents that are not empty.
    let documents: [Node]

    /// More than any file that a person writes.
    private static let maximumBytes = 4 << 20

    /// Reads a file.
    ///
    /// - Parameter path: Its path.
    /// - Throws: `TaskFileProblem` when it cannot be read or is no YAML.
    init(path: String) throws(TaskFileProblem) {
        var status = stat()
        guard stat(path, &status) != 0 || status.st_size <= Self.maximumBytes else { throw Self.tooLarge(path) }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            let reason = (error as NSError).localizedDescription
            throw TaskFileProblem(file: path, "The file cannot be read: \(reason)")
        }
        // A pipe has no size before it is read.
        guard data.count <= Self.maximumBytes else { throw Self.tooLarge(path) }
        guard let text = String(data: data, encoding: .utf8) else {
            throw TaskFileProblem(file: path, "The file is not UTF-8.")
        }
        try self.init(path: path, text: text)
    }

    private static func tooLarge(_ path: String) -> TaskFileProblem {
        TaskFileProblem(file: path, "The file is larger than 4 MiB.")
    }

    init(path: String, text: String) throws(TaskFileProblem) {
        self.path = path
        do {
            let parser = try Yams.Parser(yaml: text)
            var documents: [Node] = []
            while let node = try parser.nextRoot() {
                if node.scalar?.string.isEmpty != true { documents.append(node) }
            }
            self.documents = documents
        } catch let error as YamlError {
            throw TaskFileProblem(file: path, error)
        } catch {
            throw TaskFileProblem(file: path, mark: nil, field: nil, message: "This is no YAML: \(error)")
        }
    }

    /// A document as JSON.
    ///
    /// - Parameter index: Its place among the documents.
    /// - Returns: The value.
    /// - Throws: `TaskFileProblem` when it has aliases of aliases without end.
    func content(_ index: Int) throws(TaskFileProblem) -> JSONValue {
        var reader = YAMLReader()
        guard let value = reader.value(documents[index]) else {
            throw TaskFileProblem(
                file: path,
                mark: documents[index].mark,
                field: nil,
                message: "With its aliases in place the document is too large."
            )
        }
        return value
    }

    /// Where a field of a document stands, or what would have to have it.
    func mark(document index: Int, path: [JSONValue]) -> Mark? {
        guard documents.indices.contains(index) else { return nil }
        var node = documents[index]
        var mark = node.mark
        for step in path {
            if let key = step.string, let pair = node.mapping?.first(where: { $0.key.string == key }) {
                mark = pair.key.mark ?? mark
                node = pair.value
            } else if let place = step.int, let sequence = node.sequence, sequence.indices.contains(place) {
                node = sequence[place]
                mark = node.mark ?? mark
            } else {
                break
            }
        }
        return mark
    }
}

/// Makes JSON values of YAML's, by the rules of YAML's core schema as far as JSON knows them.
struct YAMLReader {
    /// How many values there may yet be: aliases of aliases grow beyond any memory.
    private var room = 200_000

    /// The value; nil when it is too large.
    mutating func value(_ node: Node) -> JSONValue? {
        room -= 1
        guard room > 0 else { return nil }
        switch node {
        case .scalar(let scalar): return Self.value(scalar, tag: node.tag)
        case .sequence(let sequence):
            var elements: [JSONValue] = []
            for node in sequence {
                guard let element = value(node) else { return nil }
                elements.append(element)
            }
            return .array(elements)
        case .mapping(let mapping):
            var members: [JSONObject.Member] = []
            for (key, node) in mapping {
                guard let value = value(node) else { return nil }
                members.append(JSONObject.Member(key: key.scalar?.string ?? "", value: value))
            }
            return .object(JSONObject(members))
        case .alias: return .null
        }
    }

    private static func value(_ scalar: Node.Scalar, tag: Tag) -> JSONValue {
        let text = scalar.string
        if tag == Tag(.null) { return .null }
        if tag == Tag(.bool) { return Bool.construct(from: scalar).map { .bool($0) } ?? .string(text) }
        guard tag == Tag(.int) || tag == Tag(.float) else { return .string(text) }
        // Numbers to the base 60, such as 12:30, are none to YAML 1.2, and Yams traps on large ones.
        if text.contains(":") { return .string(text) }
        // As it is written, where JSON writes it so too.
        if let value = try? JSONValue(parsing: Array(text.utf8)), case .number = value { return value }
        if let number = Int.construct(from: scalar) { return JSONValue(number) }
        return Double.construct(from: scalar).flatMap { $0.isFinite ? JSONValue($0) : nil } ?? .string(text)
    }
}
