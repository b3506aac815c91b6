import Glibc

/// Caretaker's demo agent: a small program that speaks an agent's message format and tidies white space.
///
/// It exists so that a first run needs no model and no key. It does not understand its prompt, and says so.
@main
enum Main {
    static func main() async {
        let prompt = Input.readAll()
        let transcript = Transcript()
        let isSuccess = await DemoRun(prompt: prompt, transcript: transcript).run()
        exit(isSuccess ? 0 : 1)
    }
}
