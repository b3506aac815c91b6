import AgentStream
import Foundation
import Glibc

/// The files of tasks of a folder, or a single one.
struct TaskFiles {
    /// A document, with its file and its place there.
    struct Document {
        let file: TaskFile
        let index: Int
        let content: JSONValue
    }

    /// The path that was named, absolute.
    let root: String
    let documents: [Document]
    /// What is wrong with those that are no YAML or cannot be read, and with folders that cannot.
    let problems: [TaskFileProblem]
    /// Whether there is no file at all.
    let isEmpty: Bool
    /// Files without a document, which may be about to be written.
    let empty: [String]

    /// Looks for files and reads them.
    ///
    /// - Parameter path: A folder, of which every `.yaml`, `.yml` and `.json` counts that is not hidden, or a file.
    /// - Throws: `TaskFileProblem` when there is nothing of the name, or the folder cannot be read.
    init(_ path: String) throws(TaskFileProblem) {
        root = Self.absolute(path)
        let (paths, faults) = try Self.paths(of: root)
        var documents: [Document] = []
        var problems = faults
        var empty: [String] = []
        for file in paths {
            do throws(TaskFileProblem) {
                let file = try TaskFile(path: file)
                if file.documents.isEmpty { empty.append(file.path) }
                for index in file.documents.indices {
                    documents.append(Document(file: file, index: index, content: try file.content(index)))
                }
            } catch {
                problems.append(error)
            }
        }
        self.documents = documents
        self.problems = problems
        self.empty = empty
        isEmpty = paths.isEmpty
    }

    /// The path without what does not change where it leads, such as `.`; symbolic links stay, as a folder may be swapped
    /// by one.
    static func absolute(_ path: String) -> String {
        let whole = path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
        var parts: [Substring] = []
        for part in whole.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// Every file below a path that may hold tasks, in the order of their names, and what cannot be looked at.
    private static func paths(
        of root: String
    ) throws(TaskFileProblem) -> (paths: [String], problems: [TaskFileProblem]) {
        guard let kind = kind(root) else { throw TaskFileProblem(file: root, String(cString: strerror(errno))) }
        guard kind == S_IFDIR else { return ([root], []) }
        let (folders, faults) = folders(of: root)
        var problems = faults
        if let problem = problems.first, problem.file == root { throw problem }
        var paths: [String] = []
        for folder in folders where !problems.contains(where: { $0.file == folder }) {
            do throws(TaskFileProblem) {
                paths += try names(in: folder).filter(isNamed).map { "\(folder)/\($0)" }
            } catch {
                problems.append(error)
            }
        }
        paths.removeAll { path in
            // What is not there, such as the end of a link, is told when it is read.
            guard let kind = Self.kind(path), kind != S_IFREG else { return false }
            // Others, such as pipes, might never end.
            if kind != S_IFDIR { problems.append(TaskFileProblem(file: path, "This is no regular file.")) }
            return true
        }
        return (paths.sorted(), problems)
    }

    private static func isNamed(_ name: String) -> Bool {
        ["yaml", "yml", "json"].contains { name.hasSuffix(".\($0)") }
    }

    /// A folder and all below it that are not hidden, and those that cannot be read; links to folders are not followed.
    static func folders(of root: String) -> (folders: [String], problems: [TaskFileProblem]) {
        var folders = [root]
        var problems: [TaskFileProblem] = []
        do throws(TaskFileProblem) {
            for name in try names(in: root) {
                guard let kind = kind("\(root)/\(name)", followsLinks: false) else {
                    // What has gone meanwhile is no fault; of what cannot be looked at nobody knows what it declares.
                    let reason = String(cString: strerror(errno))
                    if errno != ENOENT { problems.append(TaskFileProblem(file: "\(root)/\(name)", reason)) }
                    continue
                }
                guard kind == S_IFDIR else { continue }
                let below = self.folders(of: "\(root)/\(name)")
                folders += below.folders
                problems += below.problems
            }
        } catch {
            problems.append(error)
        }
        return (folders, problems)
    }

    private static func names(in folder: String) throws(TaskFileProblem) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
        } catch {
            let reason = (error as NSError).localizedDescription
            throw TaskFileProblem(file: folder, "The folder cannot be read: \(reason)")
        }
    }

    /// Whether a path is that of a file, a folder or of what else, as `stat` says it; nil when there is none.
    private static func kind(_ path: String, followsLinks: Bool = true) -> mode_t? {
        var status = stat()
        guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
        return status.st_mode & S_IFMT
    }

    /// What the service said of a document, with the place in its file.
    func problem(_ problem: JSONValue, among documents: [Document]) -> TaskFileProblem {
        let path = problem["path"]?.array ?? []
        let message = problem["message"]?.string ?? ""
        guard let index = problem["document"]?.int, documents.indices.contains(index) else {
            return TaskFileProblem(file: problem["file"]?.string ?? root, mark: nil, field: nil, message: message)
        }
        let document = documents[index]
        let field = path.map { $0.string ?? "\($0.int ?? 0)" }.joined(separator: ".")
        return TaskFileProblem(
            file: document.file.path,
            mark: document.file.mark(document: document.index, path: path),
            field: field.isEmpty ? nil : field,
            message: message
        )
    }
}
