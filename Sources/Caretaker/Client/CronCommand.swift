import AgentStream
import ArgumentParser
import Cron
import Glibc

/// `caretaker cron`: says what expressions mean, without a service.
struct CronCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cron",
        abstract: "Explains schedule expressions and lists when they fire; needs no service.",
        subcommands: [CronExplainCommand.self, CronNextCommand.self]
    )
}

/// An expression on the command line and what it is to be read with.
struct CronOptions: ParsableArguments {
    @Option(help: "The time zone, as Europe/Berlin. Default: the host's.")
    var zone: String?

    @Option(help: "The schedule's id, which H depends on.")
    var id: String = ""

    @OptionGroup var output: OutputOptions
}

/// Finds expressions, zones and instants for the commands; keeps the zones that it read.
struct CronReader {
    private let files = ZoneFiles()
    private var zones: [String: Zone] = [:]
    private var hostZone: String?

    /// The expression and its zone.
    mutating func read(_ text: String, zone given: String?, id: String) throws(Failure) -> (CronExpression, Zone) {
        do {
            let expression = try CronExpression(text, key: id)
            let name = try expression.zoneName(given: given) ?? hostZoneName()
            return (expression, try zone(name))
        } catch let error as CronSyntaxError {
            throw Failure(error.description, code: EX_USAGE)
        } catch let error as ZoneError {
            throw Failure(error.description, code: EX_USAGE)
        } catch {
            throw Failure("\(error)", code: EX_SOFTWARE)
        }
    }

    /// The expression's instants in the zone.
    func timetable(_ expression: CronExpression, _ zone: Zone) throws(Failure) -> Timetable {
        do {
            return try Timetable(expression, zone: zone)
        } catch {
            throw Failure(error.description, code: EX_USAGE)
        }
    }

    /// An instant of ISO 8601 text; now when there is none.
    func instant(_ text: String?, zone: Zone) throws(Failure) -> Int64 {
        guard let text, !text.isEmpty else { return Int64(time(nil)) }
        guard let instant = InstantText.instant(text, zone: zone) else {
            throw Failure(
                "\"\(text)\" is not an ISO 8601 instant; write it as 2026-03-08T02:30:00-05:00",
                code: EX_USAGE
            )
        }
        return instant
    }

    private mutating func zone(_ name: String) throws(ZoneError) -> Zone {
        if let known = zones[name] { return known }
        let zone = try files.zone(name)
        zones[name] = zone
        return zone
    }

    private mutating func hostZoneName() -> String {
        if let hostZone { return hostZone }
        let name = files.hostZoneName()
        hostZone = name
        return name
    }
}
