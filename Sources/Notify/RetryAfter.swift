import Foundation
import Model

/// The header by which a receiver asks to be left alone for a while.
enum RetryAfter {
    /// The wait that a value asks for: a number of seconds, or an instant as HTTP writes it.
    static func wait(_ value: String?, now: Timestamp) -> Duration? {
        guard let value = value?.trimmingCharacters(in: .whitespaces), !value.isEmpty else { return nil }
        // Whatever is longer is cut, and must not overflow before.
        if value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return .seconds(Int64(value.prefix(9)) ?? 0) }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        guard let date = formatter.date(from: value) else { return nil }
        return max(.zero, Timestamp(milliseconds: Int64(date.timeIntervalSince1970 * 1000)) - now)
    }
}
