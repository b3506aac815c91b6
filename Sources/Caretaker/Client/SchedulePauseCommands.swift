import AgentStream
import ArgumentParser
import Foundation

/// `caretaker schedule pause`.
struct SchedulePauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Pauses a schedule: its slots make no runs, and its queued runs wait.",
        discussion: """
              caretaker schedule pause nightly --note 'until the release is out'
            """
    )

    @OptionGroup var reason: PauseOptions
    @OptionGroup var target: ScheduleTarget

    func run() async throws {
        try await reporting {
            var input = reason.wire
            input["id"] = .string(target.schedule)
            let paused = try await ServiceClient(target.connection).mutate("schedules.pause", .object(input))
            ScheduleOutput.schedule(paused, target.connection)
        }
    }
}

/// `caretaker schedule resume`.
struct ScheduleResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Ends a schedule's pause; the slots that fell into it stay skipped.",
        discussion: """
              caretaker schedule resume nightly
            """
    )

    @OptionGroup var target: ScheduleTarget

    func run() async throws {
        try await reporting {
            let resumed = try await ServiceClient(target.connection).mutate("schedules.resume", target.input)
            ScheduleOutput.schedule(resumed, target.connection)
        }
    }
}

/// `caretaker schedule pause-all`.
struct SchedulePauseAllCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause-all",
        abstract: "Pauses all schedules, those to come included.",
        discussion: """
              caretaker schedule pause-all --note 'the disk is replaced'
            """
    )

    @OptionGroup var reason: PauseOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            let state = try await ServiceClient(connection).mutate("schedules.pauseAll", .object(reason.wire))
            ScheduleOutput.all(state, connection)
        }
    }
}

/// `caretaker schedule resume-all`.
struct ScheduleResumeAllCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume-all",
        abstract: "Ends the pause of all schedules; those that were paused alone stay so.",
        discussion: """
              caretaker schedule resume-all
            """
    )

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            let state = try await ServiceClient(connection).mutate("schedules.resumeAll", [:])
            ScheduleOutput.all(state, connection)
        }
    }
}

/// `caretaker schedule pause-state`.
struct SchedulePauseStateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause-state",
        abstract: "Tells whether all schedules are paused, since when, by whom and why.",
        discussion: """
              caretaker schedule pause-state
            """
    )

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            ScheduleOutput.all(try await ServiceClient(connection).query("schedules.pauseState"), connection)
        }
    }
}

/// Why a pause is made, and by whom.
struct PauseOptions: ParsableArguments {
    @Option(help: "Why, for those who wonder.")
    var note: String?

    var wire: JSONObject {
        var input = JSONObject()
        input["note"] = note.map { .string($0) }
        let user = NSUserName()
        if !user.isEmpty { input["by"] = .string(user) }
        return input
    }
}
