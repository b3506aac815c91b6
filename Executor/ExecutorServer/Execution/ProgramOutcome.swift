import ExecutorAPI

/// How a watched program ended.
struct ProgramOutcome {
    var code: Int?
    var signal: Int?
    var endedBy = ExitRecord.Ending.agent
    var detail: String?
    var errors = Tail()

    /// Takes what `waitpid` told.
    mutating func setStatus(_ status: CInt) {
        let signalNumber = Int(status & 0x7F)
        if signalNumber == 0 {
            code = Int((status >> 8) & 0xFF)
        } else {
            signal = signalNumber
        }
    }
}
