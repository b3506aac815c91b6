import Foundation

/// Whether tests run with their large counts, as `make soak` does.
package let isSoak = ProcessInfo.processInfo.environment["CARETAKER_SOAK"] == "1"
