import ArgumentParser
import CBuild

/// The command `caretaker`: the service and its clients.
@main
struct Caretaker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "caretaker",
        abstract: "Runs coding agents on repository chores.",
        version: version,
        subcommands: [
            Serve.self, TaskCommand.self, RunCommand.self, ScheduleCommand.self, TopCommand.self, InstanceCommand.self,
            ReapCommand.self, FiguresCommand.self, StatusCommand.self, ApplyCommand.self, ExportCommand.self,
            ImportCommand.self,
            ReloadCommand.self, BackupCommand.self, CheckCommand.self, NotifyCommand.self, TokenCommand.self,
            AuditCommand.self, ImageCommand.self, CronCommand.self, ConfigCommand.self, RemoveInstancesCommand.self,
            DocumentationCommand.self,
        ]
    )

    static let version = "0.1.0"
    /// The commit that was built; `unknown` when the build was not told.
    static let revision = String(cString: caretaker_build_revision())
}
