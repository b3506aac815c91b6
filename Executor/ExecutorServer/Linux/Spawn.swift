import Glibc

/// Starts programs with exactly the descriptors, environment and signals that they are to have.
enum Spawn {
    /// The executor's own program file.
    static var ownProgram: String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Starts a program in a session of its own, with default signal dispositions and none blocked.
    ///
    /// - Parameters:
    ///   - program: The program's path.
    ///   - arguments: What follows the program's name.
    ///   - environment: The whole environment.
    ///   - descriptors: Which of our descriptors become 0, 1, 2, …; all others are to be close-on-exec.
    /// - Returns: The process id; the caller reaps it.
    /// - Throws: The reason why there is no such process.
    static func start(
        _ program: String,
        arguments: [String],
        environment: [String: String],
        descriptors: [CInt]
    ) throws(SystemFailure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (target, source) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, source, CInt(target))
        }
        var attributes = freshAttributes()
        defer { posix_spawnattr_destroy(&attributes) }

        let argv = CStrings([program] + arguments)
        let envp = CStrings(environment.map { "\($0.key)=\($0.value)" }.sorted())
        var pid = pid_t()
        let code = posix_spawn(&pid, program, &actions, &attributes, argv.pointers, envp.pointers)
        guard code == 0 else { throw SystemFailure("start \(program)", code: code) }
        return pid
    }

    private static func freshAttributes() -> posix_spawnattr_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        let newSession: CInt = 0x80  // POSIX_SPAWN_SETSID
        posix_spawnattr_setflags(
            &attributes,
            Int16(newSession | CInt(POSIX_SPAWN_SETSIGDEF) | CInt(POSIX_SPAWN_SETSIGMASK))
        )
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        return attributes
    }
}

/// A null-terminated array of C strings that lives as long as this object.
final class CStrings {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        pointers = .allocate(capacity: count + 1)
        for (index, string) in strings.enumerated() {
            (pointers + index).initialize(to: strdup(string))
        }
        (pointers + count).initialize(to: nil)
    }

    deinit {
        for index in 0..<count { free(pointers[index]) }
        pointers.deallocate()
    }
}
