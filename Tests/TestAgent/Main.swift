import Glibc

/// A misbehaving agent for tests; what it does is told by its arguments or else by the prompt's first line.
@main
enum Main {
    static func main() {
        let prompt = Standard.readAll()
        let arguments = Array(CommandLine.arguments.dropFirst())
        let firstLine = String(prompt.prefix { $0 != "\n" })
        let words = arguments.isEmpty ? firstLine.split(separator: " ").map(String.init) : arguments
        Delivery.note(prompt: firstLine)
        guard let mode = Mode.all[words.first ?? ""] else {
            Standard.error("TestAgent: there is no mode \(words)\n")
            exit(64)
        }
        mode(Array(words.dropFirst()))
        exit(0)
    }
}
