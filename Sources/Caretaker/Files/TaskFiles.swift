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
    /// What is wrong with those that are no YAML or cannot be read.
    let problems: [TaskFileProblem]

    /// Looks for files and reads them.
    ///
    /// - Parameter path: A folder, of which every `.yaml`, `.yml` and `.json` counts that is not hidden, or a file.
    /// - Throws: `TaskFileProblem` when there is nothing of the name.
    init(_ path: String) throws(TaskFileProblem) {
        root = Self.absolute(path)
        var documents: [Document] = []
        var problems: [TaskFileProblem] = []
        for file in try Self.paths(of: root) {
            do throws(TaskFileProblem) {
                let file = try TaskFile(path: file)
                for index in file.documents.indices {
                    documents.append(Document(file: file, index: index, content: try file.content(index)))
                }
            } catch {
                problems.append(error)
            }
        }
        self.documents = documents
        self.problems = problems
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

    /// Every file below a path that may hold tasks, in the order of their names.
    private static func paths(of root: String) throws(TaskFileProblem) -> [String] {
        var status = stat()
        guard stat(root, &status) == 0 else {
            let reason = String(cString: strerror(errno))
            throw TaskFileProblem(file: root, mark: nil, field: nil, message: reason)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { return [root] }
        var paths: [String] = []
        for folder in try folders(of: root) { paths += try names(in: folder).map { "\(folder)/\($0)" } }
        return paths.filter { path in
            ["yaml", "yml", "json"].contains { path.hasSuffix(".\($0)") } && !isFolder(path, followsLinks: true)
        }
        .sorted()
    }

    /// A folder and all below it that are not hidden; links to folders are not followed.
    static func folders(of root: String) throws(TaskFileProblem) -> [String] {
        var folders = [root]
        for name in try names(in: root) where isFolder("\(root)/\(name)", followsLinks: false) {
            folders += try self.folders(of: "\(root)/\(name)")
        }
        return folders
    }

    private static func names(in folder: String) throws(TaskFileProblem) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
        } catch {
            let reason = (error as NSError).localizedDescription
            throw TaskFileProblem(file: folder, mark: nil, field: nil, message: "The folder cannot be read: \(reason)")
        }
    }

    private static func isFolder(_ path: String, followsLinks: Bool) -> Bool {
        var status = stat()
        guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return false }
        return status.st_mode & S_IFMT == S_IFDIR
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
