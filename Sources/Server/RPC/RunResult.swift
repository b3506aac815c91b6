import AgentStream
import Foundation
import Model

/// The answer of `runs.result`: what the agent did, and where the files are.
enum RunResult {
    /// How much of the patch is in the answer itself.
    private static let inlineBytes = 256 << 10

    static let schema = Schema.object(
        [
            .required("runId", .id),
            .required("base", .nullable(.text)),
            .required("head", .nullable(.text)),
            .required("branch", .nullable(.text)),
            .required(
                "commits",
                .array(
                    of: .object(
                        [
                            .required("sha", .text), .required("author", .text), .required("email", .text),
                            .required("at", .time), .required("subject", .text),
                        ],
                        unknown: .refuse
                    ),
                    maximum: 1000
                )
            ),
            .required("bundleBytes", .nullable(.integer(0...(.max)))),
            .required("bundleUrl", .nullable(.text)),
            .required("patchBytes", .nullable(.integer(0...(.max)))),
            .required("patchUrl", .nullable(.text)),
            .required("patch", .nullable(.text)),
            .required("pushedTo", .nullable(.text)),
            .required("notices", .array(of: .text, maximum: 1000)),
        ],
        unknown: .refuse
    )

    static func value(_ work: WorkExport, of run: Run.ID, _ operations: any Operations) -> JSONValue {
        [
            "runId": .string(run.rawValue),
            "base": text(work.base),
            "head": text(work.head),
            "branch": text(work.branch),
            "commits": .array(work.commits.map(commit)),
            "bundleBytes": work.bundleBytes.map { JSONValue($0) } ?? .null,
            "bundleUrl": work.bundleBytes == nil ? .null : .string("/runs/\(run)/\(WorkFile.bundle.name)"),
            "patchBytes": work.patchBytes.map { JSONValue($0) } ?? .null,
            "patchUrl": work.patchBytes == nil ? .null : .string("/runs/\(run)/\(WorkFile.patch.name)"),
            "patch": work.patchBytes.map { patch($0, of: run, operations) } ?? .null,
            "pushedTo": text(work.pushedTo),
            "notices": .array(work.notices.map(JSONValue.string)),
        ]
    }

    private static func commit(_ commit: WorkExport.Commit) -> JSONValue {
        [
            "sha": .string(commit.sha), "author": .string(commit.author), "email": .string(commit.email),
            "at": .string(commit.at.iso8601), "subject": .string(commit.subject),
        ]
    }

    /// The patch's text where it is small enough; else null, and `patchUrl` has it.
    private static func patch(_ bytes: Int, of run: Run.ID, _ operations: any Operations) -> JSONValue {
        guard bytes <= inlineBytes,
            let data = FileManager.default.contents(atPath: operations.workFile(.patch, of: run))
        else { return .null }
        return .string(String(decoding: data, as: UTF8.self))
    }

    private static func text(_ text: String?) -> JSONValue {
        text.map { .string($0) } ?? .null
    }
}
