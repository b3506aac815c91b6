import Glibc

/// Notes each start, so that a test can count how often a prompt was delivered.
enum Delivery {
    static func note(prompt: String) {
        guard let path = getenv("CARETAKER_TEST_DELIVERIES") else { return }
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        guard file >= 0 else { return }
        Standard.write([UInt8]("\(getpid()) \(prompt)\n".utf8), to: file)
        close(file)
    }
}
