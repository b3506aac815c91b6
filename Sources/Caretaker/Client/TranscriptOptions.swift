import AgentStream
import ArgumentParser
import Foundation

/// Whether a command's text is in colour.
struct ColorOptions: ParsableArguments {
    /// When colours are used.
    enum Color: String, ExpressibleByArgument, CaseIterable {
        case auto
        case always
        case never
    }

    @Option(help: "Colours: auto is on a terminal, unless NO_COLOR is set or TERM is dumb.")
    var color: Color = .auto

    var inColor: Bool {
        switch color {
        case .always: true
        case .never: false
        case .auto: Terminal.wantsColor(ProcessInfo.processInfo.environment)
        }
    }
}

/// How a run's messages are shown.
struct TranscriptOptions: ParsableArguments {
    @OptionGroup var colors: ColorOptions

    @Flag(help: "Shows all that tools printed, not only its beginning and its end.")
    var full = false

    var text: TranscriptText.Options {
        TranscriptText.Options(inColor: colors.inColor, width: Terminal.width, outputLines: full ? nil : 20)
    }
}
