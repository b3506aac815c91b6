import ExecutorAPI
import Glibc

/// Whose name the agent's commits carry: a git configuration in the agent's home.
struct GitIdentity {
    let places: Places

    /// Writes the configuration unless the same was asked for before, so that a repeated call undoes nothing.
    func set(_ request: InitGitRequest) throws {
        try check(request.githubUsername, "githubUsername")
        try check(request.email, "email")
        let name = Self.quoted(request.githubUsername)
        let email = Self.quoted(request.email)
        let text = "[user]\n\tname = \(name)\n\temail = \(email)\n"
        let note = places.inRun("init-git.ini")
        let bytes = [UInt8](text.utf8)
        if try SafeFile.read(note) == bytes { return }
        try places.asAgent {
            _ = try SafeFile.makeFolder(places.home)
            try storeKeys(request)
            try SafeFile.write(bytes, to: "\(places.home)/.gitconfig", mode: 0o644)
        }
        try SafeFile.write(bytes, to: note)
    }

    private func storeKeys(_ request: InitGitRequest) throws {
        guard let key = request.sshPrivateKey else { return }
        let folder = "\(places.home)/.ssh"
        _ = try SafeFile.makeFolder(folder, mode: 0o700)
        try SafeFile.write([UInt8](key.utf8), to: "\(folder)/id_ed25519", mode: 0o600)
        if let publicKey = request.sshPublicKey {
            try SafeFile.write([UInt8](publicKey.utf8), to: "\(folder)/id_ed25519.pub", mode: 0o644)
        }
    }

    private func check(_ text: String, _ field: String) throws {
        let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        guard isPlain, !text.isEmpty, text.utf8.count <= 256 else {
            throw CallFailure(.badRequest, "bad_request", "\(field) must be 1 to 256 bytes without control characters.")
        }
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"\(escaped)\""
    }
}
