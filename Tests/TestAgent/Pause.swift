import Glibc

/// Waiting; the only place where this program sleeps.
enum Pause {
    static func milliseconds(_ count: Int) {
        poll(nil, 0, CInt(count))
    }

    static func forever() -> Never {
        while true { pause() }
    }

    static func until(fileExists path: String) {
        while access(path, F_OK) != 0 { milliseconds(5) }
    }
}
