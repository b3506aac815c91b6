import Glibc

/// Ends what an earlier executor's agent left running.
enum Leftovers {
    /// Kills every process that carries an execution's mark, looking again until none is found.
    ///
    /// There is no gentler way first: nobody reads what these processes print any more.
    static func kill(markedIn folder: String) {
        guard let bytes = try? SafeFile.read("\(folder)/\(StartRecord.file)"),
            let start = try? JSON.decode(StartRecord.self, from: bytes)
        else { return }
        for _ in 0..<100 {
            let found = ProcessTable.processes(withVariable: StartRecord.variable, value: start.marker)
            if found.allSatisfy(\.isZombie) { return }
            for process in found { ProcessTable.signal(SIGKILL, process) }
        }
    }
}
