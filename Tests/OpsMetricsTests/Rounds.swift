import Foundation

/// How often a test with random values tries.
enum Rounds {
    static var count: Int { ProcessInfo.processInfo.environment["CARETAKER_SOAK"] == "1" ? 10_000 : 1000 }
}
