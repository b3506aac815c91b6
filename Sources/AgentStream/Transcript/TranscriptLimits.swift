/// How much of a message is shown; the whole is in the run's download.
package enum TranscriptLimits {
    /// A text's bytes.
    package static let textBytes = 64 * 1024
    /// A word's characters: names, paths, ids, titles.
    package static let wordLength = 1000
    /// A list's elements: found files, items to be done, tools, denials.
    package static let listCount = 1000
    /// A message's entries.
    package static let partCount = 250
    /// A diff's lines, over all its hunks, and the bytes of each.
    package static let diffLines = 2000
    package static let diffLineBytes = 4096
    /// The characters of an image's base64.
    package static let imageBytes = 2 << 20
    /// Tool uses without a result, and subagents with a list of their own, that a fold remembers.
    package static let openToolUses = 1000
    package static let checklists = 64
}
