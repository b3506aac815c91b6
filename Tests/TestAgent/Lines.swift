import Glibc

/// Lines in the agent's message format.
enum Lines {
    /// An assistant's line that carries a number and is `size` bytes long where that is more than it needs.
    static func assistant(_ number: Int, size: Int = 0) -> [UInt8] {
        let start =
            #"{"type":"assistant","message":{"id":"msg_\#(number)","role":"assistant","model":"test-agent","content":[{"type":"text","text":"\#(number) "#
        let end = #""}]},"session_id":"test"}"#
        let padding = max(0, size - start.utf8.count - end.utf8.count)
        return [UInt8](start.utf8) + [UInt8](repeating: 0x78, count: padding) + [UInt8](end.utf8)
    }

    /// An assistant's line that carries the time, in microseconds since 1970, instead of a number.
    static func stamped(size: Int) -> [UInt8] {
        var time = timeval()
        gettimeofday(&time, nil)
        return assistant(time.tv_sec * 1_000_000 + time.tv_usec, size: size)
    }

    static func result(error: Bool = false, denials: String = "[]", text: String = "done") -> String {
        let usage = #"{"input_tokens":1,"output_tokens":1}"#
        let model =
            #"{"test-agent":{"inputTokens":1,"outputTokens":1,"cacheReadInputTokens":0,"cacheCreationInputTokens":0,"costUSD":0.001}}"#
        return
            #"{"type":"result","subtype":"success","is_error":\#(error),"duration_ms":1,"duration_api_ms":1,"num_turns":1,"result":"\#(text)","session_id":"test","total_cost_usd":0.001,"usage":\#(usage),"modelUsage":\#(model),"model_usage_since_last_result":\#(model),"permission_denials":\#(denials),"terminal_reason":"\#(error ? "api_error" : "completed")"}"#
    }

    static let start =
        #"{"type":"system","subtype":"init","cwd":"/","session_id":"test","tools":[],"mcp_servers":[],"model":"test-agent","permissionMode":"default","apiKeySource":"none","claude_code_version":"0"}"#

    /// Writes lines `numbers`, then nothing more.
    static func write(_ numbers: ClosedRange<Int>, size: Int, delay: Int = 0) {
        for number in numbers {
            Standard.write(assistant(number, size: size) + [0x0A])
            if delay > 0 { Pause.milliseconds(delay) }
        }
    }
}
