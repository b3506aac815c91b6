import Glibc

/// A call on the system that failed, with the reason as the system words it.
struct SystemFailure: Error, CustomStringConvertible {
    let call: String
    let code: CInt

    /// Takes the reason from `errno`, so make it right after the call.
    init(_ call: String, code: CInt = errno) {
        self.call = call
        self.code = code
    }

    var description: String { "\(call): \(String(cString: strerror(code)))" }
}
