import AgentStream
import Glibc

/// Prints the messages of one run: as they came, or as a transcript.
struct RunPrinter {
    private let format: ConnectionOptions.Format
    private var fold = TranscriptFold()
    private var transcript: TranscriptText
    private var partial = PartialDisplay()

    init(format: ConnectionOptions.Format, options: TranscriptText.Options) {
        self.format = format
        transcript = TranscriptText(options)
    }

    /// Prints a message.
    mutating func show(_ json: [UInt8]) {
        guard format == .text else { return write(String(decoding: json, as: UTF8.self) + "\n") }
        if transcript.options.width != nil { transcript.options.width = Terminal.width }
        let entries = fold.entries(ofWire: json)
        let text = transcript.text(of: entries)
        let around = partial.around(entries, width: liveWidth)
        write(around.before + text + around.after)
    }

    /// Shows a line that is not stored on a terminal, until the whole message comes.
    mutating func showPartial(_ json: [UInt8]) {
        guard format == .text, liveWidth > 0 else { return }
        write(partial.take(json, width: liveWidth))
    }

    /// Takes away what is not complete: the connection was lost, or the run has ended.
    mutating func clearPartial() {
        if format == .text { write(partial.clear()) }
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
