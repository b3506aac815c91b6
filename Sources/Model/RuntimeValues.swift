/// What the executor clones from and how.
package struct CloneRequest: Hashable, Sendable {
    /// Whether a bundle was written; an empty repository has none.
    package var hasBundle: Bool
    /// What `origin` is set to.
    package var origin: String
    /// The branch to check out by its name; the branch to begin in an empty repository.
    package var branch: String?
    package var commit: String?

    package init(hasBundle: Bool, origin: String, branch: String?, commit: String?) {
        self.hasBundle = hasBundle
        self.origin = origin
        self.branch = branch
        self.commit = commit
    }
}

/// What an execution is started with.
package struct ExecutionRequest: Sendable {
    package var id: Execution.ID
    package var prompt: String
    package var agent: AgentSettings
    /// The agent's session; the first step begins it and later steps resume it.
    package var session: String
    package var resume: Bool
    package var limits: ExecutionLimits

    package init(
        id: Execution.ID,
        prompt: String,
        agent: AgentSettings,
        session: String,
        resume: Bool,
        limits: ExecutionLimits
    ) {
        self.id = id
        self.prompt = prompt
        self.agent = agent
        self.session = session
        self.resume = resume
        self.limits = limits
    }
}

/// The limits of one execution, which the executor keeps.
package struct ExecutionLimits: Hashable, Sendable {
    package var startup: Duration
    package var idle: Duration
    package var total: Duration
    /// How long an agent may linger after its result.
    package var linger: Duration
    package var outputBytes: Int

    package init(startup: Duration, idle: Duration, total: Duration, linger: Duration, outputBytes: Int) {
        self.startup = startup
        self.idle = idle
        self.total = total
        self.linger = linger
        self.outputBytes = outputBytes
    }
}

/// One piece of an execution's story as the executor relays it.
package enum AgentFrame: Hashable, Sendable {
    /// A line of the agent, whole or not; its bytes exactly.
    case line([UInt8])
    /// A line that was cut at the line limit.
    case cutLine([UInt8])
    /// How it ended; nothing follows.
    case exit(AgentExitRecord)
}

/// Frames in order, in the groups in which they arrived; the stream ends after the exit record.
package typealias AgentFrames = AsyncThrowingStream<[AgentFrame], any Error>

/// How an instance is, as its runtime knows it.
package enum InstanceStatus: Hashable, Sendable {
    case running
    /// It ended by itself; the runtime reports how.
    case ended(code: Int, outOfMemory: Bool)
    /// There is none, and nothing tells what became of it.
    case gone
}

/// A call to a runtime or its executor that failed.
package struct RuntimeError: Error, Hashable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The instance could not be made.
        case createFailed
        case imageMissing
        /// The executor did not answer in time.
        case startTimeout
        /// The connection was refused or lost; the same call may succeed later.
        case unreachable
        /// The call ran into its own time limit; what was asked for may go on.
        case timedOut
        /// The executor refused or failed what was asked.
        case refused
        /// The runtime itself is away.
        case unavailable
    }

    /// Why an executor refused, where that means something to the run; the words of its own wire.
    package enum Refusal: String, Sendable {
        /// It has never heard of what was asked for.
        case notFound = "not_found"
        /// It could not store what it must store first.
        case storage
    }

    package let code: Code
    package let message: String
    /// Nil for every other reason, and where nobody refused.
    package let refusal: Refusal?

    package init(_ code: Code, _ message: String, _ refusal: Refusal? = nil) {
        self.code = code
        self.message = message
        self.refusal = refusal
    }

    /// Whether nobody answered: what became of the call is not known.
    package var isSilence: Bool { code == .unreachable || code == .timedOut }

    package var description: String { message }
}
