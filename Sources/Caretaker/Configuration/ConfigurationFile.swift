import Foundation
import Yams

/// The YAML file, looked at key by key: swift-configuration reads values but cannot list keys.
struct ConfigurationFile {
    let path: String

    /// What is wrong with the file: unknown keys, and values of the wrong kind.
    func problems() throws(ConfigurationProblem) -> [ConfigurationProblem] {
        guard let root = try root() else { return [] }
        var problems: [ConfigurationProblem] = []
        walk(root, [], &problems)
        return problems
    }

    private func root() throws(ConfigurationProblem) -> Node? {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw ConfigurationProblem(place: path, message: "the file cannot be read: \(error.localizedDescription)")
        }
        do {
            return try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw ConfigurationProblem(place: place(Self.mark(of: error)), message: "this is no YAML: \(error)")
        } catch {
            throw ConfigurationProblem(place: path, message: "this is no YAML: \(error)")
        }
    }

    private func walk(_ node: Node, _ parents: [String], _ problems: inout [ConfigurationProblem]) {
        guard let mapping = node.mapping else {
            // An empty file is null, and so is a section whose keys are all commented out.
            if node.scalar?.string.isEmpty == true { return }
            problems.append(.init(place: place(node.mark), message: "keys are expected here"))
            return
        }
        for (key, value) in mapping {
            let names = parents + [key.string ?? "?"]
            let name = names.joined(separator: ".")
            if let known = ConfigurationKey.named(name) {
                if let message = complaint(value, known) {
                    problems.append(.init(place: place(value.mark ?? key.mark), message: message))
                }
            } else if ConfigurationKey.all.contains(where: { $0.name.hasPrefix(name + ".") }) {
                walk(value, names, &problems)
            } else {
                let message = "unknown key \(name); did you mean \(NearestName.to(name))?"
                problems.append(.init(place: place(key.mark), message: message))
            }
        }
    }

    private func complaint(_ value: Node, _ key: ConfigurationKey) -> String? {
        let raw: RawValue
        if let sequence = value.sequence {
            raw = .list(sequence.map { $0.scalar?.string ?? "" })
            if sequence.contains(where: { $0.scalar == nil }) { return "\(key.name) must be a list of plain values" }
        } else if let scalar = value.scalar {
            raw = .text(scalar.string)
        } else {
            return "\(key.name) must be \(key.expectation)"
        }
        return raw.complaint(key)
    }

    private func place(_ mark: Mark?) -> String {
        mark.map { "\(path):\($0.line)" } ?? path
    }

    private static func mark(of error: YamlError) -> Mark? {
        switch error {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark
        default: nil
        }
    }
}
