import AgentStream
import Curl
import Foundation
import Model
import Server
import Store
import Testing

/// A run's page as a program without scripts sees it.
@Suite(.timeLimit(.minutes(10))) struct RunPageTests {
    @Test func aRunsPageSaysWhatItIsWhereItIsAndWhatItWasTold() async throws {
        try await TestService.run { service in
            let store = service.store
            let steps = [
                Step(instructions: "Do <this>", checks: "It \"holds\""), Step(instructions: "Then that", checks: ""),
            ]
            let task = try await store.createTask(
                TaskContent(name: "Fix & mend", steps: steps, settings: TaskSettings())
            )
            let run = try await store.createRun(
                NewRun(task: task.slug, repository: "owner/na\"me", ref: "v1", priority: 2)
            )
            let page = try await service.get("/runs/\(run.id)")
            #expect(page.status == 200)
            for text in [
                "<h1>Fix &amp; mend</h1>", "<span class=\"badge queued\">queued</span>", "owner/na&quot;me",
                "Do &lt;this&gt;", "It &quot;holds&quot;", "href=\"/tasks/fix-mend?version=1\"",
                "data-procedure=\"runs.cancel\"", "Place in the queue", "Nothing has been said.",
                "/tasks/fix-mend/run?like=\(run.id)",
                "data-follow=\"/runs/\(run.id)/entries?after=0\"",
            ] {
                #expect(page.text.contains(text), "\(text)")
            }
            #expect(!page.text.contains("runs.retry"))
            _ = try await store.createRun(NewRun(task: task.slug, repository: "other", ref: nil, priority: nil))
            let copy = try await service.get("/tasks/fix-mend/run?like=\(run.id)").text
            for value in ["owner/na&quot;me", "v1", "2"] { #expect(copy.contains("value=\"\(value)\""), "\(value)") }
            #expect(try await service.get("/tasks/fix-mend/run?like=nobody").status == 404)
        }
    }

    @Test func aRunThatEndedSaysWhyWhatItCostAndHowItsStepsEnded() async throws {
        try await TestService.run { service in
            let store = service.store
            let run = try await store.runningRun().id
            let execution = try await store.execution(of: run, step: 0)
            let exit = AgentExitRecord(code: 3, signal: nil, endedBy: .idle, detail: nil, stderr: "bad <news>")
            try await store.append([], to: execution, exit: exit, line: 0)
            let usage = AgentUsage(inputTokens: 1_234_567, outputTokens: 89, costUSD: 0.5, turns: 7)
            try await store.setUsage(usage, of: execution)
            try await store.finishRun(run, RunEnding(state: .timedOut(.idle), detail: "Silent for 5 min."))
            let retry = try await store.retryRun(run).id
            let text = try await service.get("/runs/\(run)").text
            for part in [
                "<span class=\"badge timed_out\">timed out: idle</span>", "Silent for 5 min.", "$0.50", "1 234 567",
                "idle, exit 3", "bad &lt;news&gt;", "data-procedure=\"runs.retry\"", "href=\"/runs/\(retry)\"",
            ] {
                #expect(text.contains(part), "\(part)")
            }
            #expect(!text.contains("data-follow"))
            #expect(!text.contains("runs.cancel"))
            #expect(try await service.get("/runs/\(retry)").text.contains("href=\"/runs/\(run)\""))
        }
    }

    @Test func thePageHasTheLastMessagesAndAWayToThoseBefore() async throws {
        try await TestService.run { service in
            let store = service.store
            let run = try await store.runningRun().id
            let lines = (1...450).map { number in
                #"{"type":"assistant","message":{"content":[{"type":"text","text":"message \#(number)."}]}}"#
            }
            try await store.append(lines.map { Recordings.ingested(Array($0.utf8)) }, to: run)
            var path = "/runs/\(run)"
            var seen: [Int] = []
            while true {
                let text = try await service.get(path).text
                let markup = Markup(text.replacing("<!DOCTYPE html>", with: ""))
                seen = markup.entries.map(\.message) + seen
                #expect(text.contains("data-follow") == (path == "/runs/\(run)"))
                guard let link = markup.tags.first(where: { $0.attributes["id"] == "earlier" }) else { break }
                path = try #require(link.attributes["href"]).replacing("#transcript", with: "")
            }
            #expect(seen == Array(1...450))
            let later = try await service.get("/runs/\(run)?after=10").text
            #expect(later.contains("href=\"/runs/\(run)?after=210#transcript\""))
            let head = try await service.get("/runs/\(run)?part=head").text
            #expect(head.contains("<section id=\"head\" data-live>"))
            #expect(!head.contains("message 450."))
        }
    }

    @Test func theResultShowsCommitsThePatchAndWhereBothAre() async throws {
        try await TestService.run { service in
            let store = service.store
            let run = try await store.runningRun().id
            let patch = """
                diff --git a/a.txt b/a.txt
                index 1..2 100644
                --- a/a.txt
                +++ b/a.txt
                @@ -1,2 +1,2 @@ <head>
                 same
                --- old
                +++ new <b>
                diff --git a/b c.bin b/b c.bin
                new file mode 100644
                GIT binary patch
                literal 3

                """
            let path = service.operations.workFile(.patch, of: run)
            #expect(FileManager.default.createFile(atPath: path, contents: Data(patch.utf8)))
            let commit = WorkExport.Commit(
                sha: String(repeating: "ab", count: 20),
                author: "<A>",
                email: "a@b",
                at: store.clock.now,
                subject: "Mend <it>"
            )
            let work = WorkExport(
                base: "b",
                head: "h",
                branch: "main",
                commits: [commit],
                bundleBytes: 2048,
                patchBytes: patch.utf8.count,
                notices: ["A <notice>"]
            )
            try await store.setResult(work, of: run)
            let text = try await service.get("/runs/\(run)").text
            for part in [
                "<code>abababababab</code> Mend &lt;it&gt;", "&lt;A&gt;", "A &lt;notice&gt;", "(2.0 KB)",
                "/runs/\(run)/work.bundle", "/runs/\(run)/work.patch", "<code>a.txt</code> <small>+1 -1</small>",
                "<code>b c.bin</code>", "GIT binary patch",
                "<span class=\"line removed\"><span class=\"number\">2</span><span class=\"sign\">-</span>-- old\n</span>",
                "<span class=\"sign\">+</span>++ new &lt;b&gt;\n</span>",
            ] {
                #expect(text.contains(part), "\(part)")
            }
        }
    }

    @Test func aRunWhoseTranscriptAndResultHaveExpiredSaysSo() async throws {
        try await TestService.run { service in
            let store = service.store
            let run = try await store.runningRun().id
            try await store.append(try Recordings.all(), to: run)
            let work = WorkExport(
                base: nil,
                head: nil,
                branch: nil,
                commits: [],
                bundleBytes: nil,
                patchBytes: nil,
                notices: []
            )
            try await store.setResult(work, of: run)
            try await store.succeed(run)
            let later = store.clock.now + .seconds(3600)
            _ = try await store.removeResults(ofRunsEndedBefore: later)
            while try await store.lastMessageNumber(of: run) > 0 {
                _ = try await store.removeTranscripts(ofRunsEndedBefore: later)
            }
            let text = try await service.get("/runs/\(run)").text
            #expect(text.contains("The transcript of this run has expired"))
            #expect(text.contains("The files of this run's result have expired"))
            #expect(!text.contains("Nothing has been said."))
        }
    }

    @Test func everyTagOfAPageIsClosed() async throws {
        try await TestService.run { service in
            let run = try await service.store.runningRun().id
            try await service.store.append(try Recordings.all(), to: run)
            let text = try await service.get("/runs/\(run)").text
            let document = text.replacing("<!DOCTYPE html>", with: "").replacing(/<(meta|link)[^>]*>/, with: "")
            let markup = Markup(document)
            #expect(markup.faults.isEmpty, "\(markup.faults)")
            #expect(markup.entries.count > 100)
        }
    }
}
