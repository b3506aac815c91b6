/// The executor's version, as `/health` and `--version` give it.
enum ExecutorVersion {
    static let current = "0.1.0"
}
