import Foundation
import Glibc

/// A file of one's own for an editor; it stays until it is removed, so that nothing that was typed is lost.
struct DraftFile {
    let path: String

    init(for name: String, _ text: String) throws(Failure) {
        let ending = ".yaml"
        let folder = FileManager.default.temporaryDirectory.path
        var template = "\(folder)/caretaker-\(name).XXXXXX\(ending)".utf8CString.map { $0 }
        let descriptor = mkstemps(&template, CInt(ending.utf8.count))
        guard descriptor >= 0 else {
            throw Failure("no file can be made in \(folder): \(String(cString: strerror(errno)))", code: EX_CANTCREAT)
        }
        close(descriptor)
        path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try write(text)
    }

    func write(_ text: String) throws(Failure) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        } catch {
            throw Failure("\(path) cannot be written: \(error.localizedDescription)", code: EX_CANTCREAT)
        }
    }

    func read() throws(Failure) -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw Failure("\(path) cannot be read: \(error.localizedDescription)", code: EX_NOINPUT)
        }
    }

    func remove() { unlink(path) }
}
