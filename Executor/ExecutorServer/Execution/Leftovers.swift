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

    /// Kills every process of a user that nothing but agents run as, and reaps what came to the executor.
    ///
    /// Others' environments cannot be read, so there is no mark to look for. No program of the executor's may be running.
    static func kill(of user: AgentUser) {
        for _ in 0..<100 {
            TreeEnding.reapZombies(except: nil)
            let found = ProcessTable.processes(of: user.uid)
            if found.allSatisfy(\.isZombie) { return }
            TreeEnding.freeze { ProcessTable.processes(of: user.uid) }
            for process in ProcessTable.processes(of: user.uid) { ProcessTable.signal(SIGKILL, process) }
            // A killed process needs a moment to be gone.
            usleep(2000)
        }
    }
}
