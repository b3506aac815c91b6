import AgentStream
import Glibc

/// Prints the messages of one run: as they came, or as a transcript.
struct RunPrinter {
    private let output: OutputOptions
    private var fold = TranscriptFold()
    private var transcript: TranscriptText
    private var partial = PartialDisplay()

    init(output: OutputOptions, options: TranscriptText.Options) {
        self.output = output
        transcript = TranscriptText(options)
    }

    /// Prints a message.
    mutating func show(_ json: [UInt8]) {
        switch output.format {
        case .json: write(String(decoding: json, as: UTF8.self) + "\n")
        case .yaml: write("---\n" + YAMLText.of((try? JSONValue(parsing: json)) ?? .null))
        case .table: if !output.quiet { showText(json) }
        }
    }

    private mutating func showText(_ json: [UInt8]) {
        if transcript.options.width != nil { transcript.options.width = Terminal.width }
        let entries = fold.entries(ofWire: json)
        let text = transcript.text(of: entries)
        let around = partial.around(entries, width: liveWidth)
        write(around.before + text + around.after)
    }

    /// Shows a line that is not stored on a terminal, until the whole message comes.
    mutating func showPartial(_ json: [UInt8]) {
        guard output.format == .table, !output.quiet, liveWidth > 0 else { return }
        write(partial.take(json, width: liveWidth))
    }

    /// Takes away what is not complete: the connection was lost, or the run has ended.
    mutating func clearPartial() {
        if output.format == .table { write(partial.clear()) }
    }

    /// The columns for what is typed: none where it could not be erased again.
    private var liveWidth: Int {
        transcript.options.inColor ? Terminal.width ?? 0 : 0
    }

    private func write(_ text: String) {
        if text.isEmpty { return }
        print(text, terminator: "")
        // Line by line, also into a pipe.
        fflush(nil)
    }
}
