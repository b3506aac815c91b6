/// One git command line, built so that nothing from outside can become an option.
///
/// The subcommand and its options are literals of this code (`StaticString`), or a literal with an object's name behind
/// it; everything else is an operand behind `--`, or behind `--end-of-options` where `--` means something else.
struct GitCommand: Sendable {
    /// An option of the subcommand.
    enum Option: Sendable, ExpressibleByStringLiteral {
        case literal(StaticString)
        /// A literal that ends in `=`, and an object's name.
        case object(StaticString, ObjectID)

        init(stringLiteral value: StaticString) {
            self = .literal(value)
        }

        var text: String {
            switch self {
            case .literal(let text): text.description
            case .object(let text, let id): text.description + id.text
            }
        }
    }

    /// What stands between options and operands.
    enum Separator: String, Sendable {
        case dashes = "--"
        case endOfOptions = "--end-of-options"
    }

    let subcommand: StaticString
    let options: [Option]
    let separator: Separator
    let operands: [String]

    init(
        _ subcommand: StaticString,
        _ options: [Option] = [],
        separator: Separator = .dashes,
        operands: [String] = []
    ) {
        self.subcommand = subcommand
        self.options = options
        self.separator = separator
        self.operands = operands
    }

    /// The whole line behind `git`.
    ///
    /// The repository is a path of ours, nil outside of any; the transport is the only one that the line may use.
    func arguments(in repository: String?, transport: Transport?) -> [String] {
        var line: [String] = []
        if let repository { line.append("--git-dir=" + repository) }
        line += ["--no-pager", "--no-replace-objects", "--literal-pathspecs"]
        for setting in GitCommand.configuration + GitCommand.faultsThatOnlyWarn.map({ "fetch.fsck.\($0)=warn" }) {
            line += ["-c", setting]
        }
        if let transport { line += ["-c", "protocol.\(transport.rawValue).allow=always"] }
        line.append(subcommand.description)
        line += options.map(\.text)
        if !operands.isEmpty { line.append(separator.rawValue) }
        return line + operands
    }
}

extension GitCommand {
    /// Old faults that many real histories have, and that harm nobody.
    ///
    /// The rest of what `git fsck` knows stays an error, above all a tree that holds `.git`.
    static let faultsThatOnlyWarn = [
        "zeroPaddedFilemode", "missingEmail", "missingNameBeforeEmail", "missingSpaceBeforeEmail", "badEmail",
        "badTimezone", "missingSpaceBeforeDate", "badDateOverflow",
    ]

    private static let configuration = [
        // Nothing that a repository brings is run.
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.attributesFile=/dev/null", "core.symlinks=false",
        "submodule.recurse=false", "fetch.recurseSubmodules=false", "push.recurseSubmodules=no",
        "protocol.allow=never", "protocol.version=2", "core.gitProxy=none",
        // What comes in is checked.
        "transfer.fsckObjects=true", "fetch.fsckObjects=true",
        // Nobody is asked, nothing is followed elsewhere, a dead server is noticed.
        "credential.helper=", "core.askPass=", "credential.interactive=never", "http.followRedirects=false",
        "http.lowSpeedLimit=1", "http.lowSpeedTime=60",
        // No work in the background, and no surprises from newer defaults.
        "gc.auto=0", "gc.autoDetach=false", "maintenance.auto=false", "core.logAllRefUpdates=false",
        "fetch.writeCommitGraph=false", "init.defaultBranch=main", "push.gpgSign=false", "push.followTags=false",
        "pack.threads=2", "advice.detachedHead=false",
    ]
}
