import AgentStream
import Cron
import Curl
import Model
import Store
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(10))) struct SchedulePagesTests {
    @Test func theListTellsWhenEachIsDueAndHowItDid() async throws {
        try await ScheduleScene.run { scene in
            let made = try await scene.make()
            let id = try #require(made["id"]?.string)
            let run = try await scene.store.runNow(id, queueLimit: 100)
            let text = try await scene.service.get("/schedules").text
            #expect(text.contains("<span class=\"badge active\">active</span>"))
            #expect(text.contains("<a href=\"/schedules/every-quarter\">Every quarter</a>"))
            #expect(text.contains("<code>*/15 * * * *</code> UTC"))
            #expect(text.contains("<time datetime=\"2025-05-19T12:15:00.000Z\" data-relative>"))
            #expect(text.contains("<a href=\"/runs/\(run.id)\" class=\"badge queued\">"))
            _ = try await scene.data("pause", ["id": .string(id), "note": "too <b>loud"])
            let paused = try await scene.service.get("/schedules").text
            #expect(paused.contains("<span class=\"badge paused\">paused</span>"))
            #expect(paused.contains("Paused: too &lt;b&gt;loud"))
        }
    }

    @Test func allCanBePausedWithANoteAndResumedInThePage() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make()
            let service = scene.service
            let pause = try WebFormReader(try await service.get("/schedules").text, procedure: "schedules.pauseAll")
                .setting("note", "The machine moves")
            #expect(try await service.mutate(pause.procedure, pause.input).status == 200)
            let paused = try await service.get("/schedules").text
            #expect(paused.contains("All schedules were paused"))
            #expect(paused.contains(": The machine moves"))
            #expect(!paused.contains("data-opens=\"pause-all\""))
            let resume = try WebFormReader(paused, procedure: "schedules.resumeAll")
            #expect(try await service.mutate(resume.procedure, resume.input).status == 200)
            let resumed = try await service.get("/schedules").text
            #expect(!resumed.contains("All schedules were paused"))
        }
    }

    @Test func aListOfManySchedulesGoesOn() async throws {
        try await ScheduleScene.run { scene in
            for number in 1...101 { _ = try await scene.make(["name": .string("Number \(number)")]) }
            let page = try await scene.service.get("/schedules").text
            #expect(page.contains(">Number 100<"))
            #expect(!page.contains(">Number 101<"))
            let more = String(try #require(page.firstMatch(of: /<a href="([^"]*)" rel="next">/)).output.1)
            let rest = try await scene.service.get(more).text
            #expect(rest.contains(">Number 101<"))
            #expect(!rest.contains(">Number 100<"))
        }
    }

    @Test func everySlotIsAccountedForInTheStripAndInWords() async throws {
        try await ScheduleScene.run { scene in
            let made = try await scene.make()
            let id = try #require(made["id"]?.string)
            scene.clock.advance(by: .seconds(3660))
            try await scene.account(
                id,
                [
                    .start(ScheduleScene.at(15)),
                    ScheduleScene.skipped(30, 45, 2, .overlap),
                ]
            )
            let run = try #require(try await scene.store.runs(Store.RunFilter(limit: 1)).first)
            let page = try await scene.service.get("/schedules/every-quarter").text
            let pieces = page.matches(of: /<li><(?:a|span) class="slot ([a-z_]+)( many)?"/).map { String($0.output.1) }
            #expect(pieces == ["queued", "skipped", "due"])
            #expect(page.contains("href=\"/runs/\(run.id)\" title=\"2025-05-19T12:15:00"))
            #expect(page.contains("2 slots: skipped, as an earlier run had not ended"))
            #expect(page.contains(">2</span>"))
            #expect(page.contains("due now"))
            let earlier = try await scene.service.get("/schedules/every-quarter?before=2025-05-19T12:30:00Z").text
            let old = earlier.matches(of: /<li><(?:a|span) class="slot ([a-z_]+)( many)?"/).map { String($0.output.1) }
            #expect(old == ["queued"])
            #expect(try await scene.service.get("/schedules/every-quarter?before=soon").status == 400)
        }
    }

    @Test func aLongStripGoesOnWhereItEnds() async throws {
        try await ScheduleScene.run { scene in
            let id = try #require(try await scene.make()["id"]?.string)
            scene.clock.advance(by: .seconds(200 * 900))
            let reasons: [SkipReason] = [.overlap, .missed]
            try await scene.account(
                id,
                (1...150).map { ScheduleScene.skipped($0 * 15, $0 * 15, 1, reasons[$0 % 2]) }
            )
            let page = try await scene.service.get("/schedules/every-quarter").text
            let older = String(try #require(page.firstMatch(of: /<a href="([^"]*)" rel="next">/)).output.1)
            let rest = try await scene.service.get(older.replacing("&amp;", with: "&")).text
            #expect(page.matches(of: /class="slot skipped"/).count == 100)
            #expect(rest.matches(of: /class="slot skipped"/).count == 50)
            #expect(!rest.contains("rel=\"next\""))
        }
    }

    @Test func aScheduleIsRunPausedAndResumedByTheFormsOfItsPage() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make()
            let service = scene.service
            let page = try await service.get("/schedules/every-quarter").text
            #expect(page.contains("<li><span>2025-05-19T12:15:00"))
            let now = try WebFormReader(page, procedure: "schedules.runNow")
            #expect(try await service.mutate(now.procedure, now.input).data?["id"]?.string != nil)
            let pause = try WebFormReader(page, procedure: "schedules.pause").setting("note", "for a while")
            #expect(try await service.mutate(pause.procedure, pause.input).status == 200)
            let paused = try await service.get("/schedules/every-quarter").text
            #expect(paused.contains("</time>: for a while"))
            #expect(paused.contains("No slot lies ahead."))
            let resume = try WebFormReader(paused, procedure: "schedules.resume")
            #expect(try await service.mutate(resume.procedure, resume.input).status == 200)
            #expect(try await service.query("schedules.list").data?.array?.first?["state"] == "active")
        }
    }

    @Test func skippedSlotsAreMadeUpForByTheFormOfThePage() async throws {
        try await ScheduleScene.run { scene in
            let id = try #require(try await scene.make()["id"]?.string)
            scene.clock.advance(by: .seconds(3660))
            try await scene.account(id, [ScheduleScene.skipped(15, 60, 4, .missed)])
            let form = try WebFormReader(
                try await scene.service.get("/schedules/every-quarter").text,
                procedure: "schedules.backfill"
            )
            let input = form.setting("from", "2025-05-19T12:15").setting("to", "2025-05-19T12:30").input
            let answer = try await scene.service.mutate(form.procedure, input)
            #expect(answer.data?["runs"]?.array?.count == 2, "\(answer.message)")
            let page = try await scene.service.get("/schedules/every-quarter").text
            #expect(page.contains("made up for later"))
        }
    }

    @Test func aDeletedScheduleStillShowsWhatItWas() async throws {
        try await ScheduleScene.run { scene in
            let id = try #require(try await scene.make()["id"]?.string)
            _ = try await scene.store.runNow(id, queueLimit: 100)
            let page = try await scene.service.get("/schedules/every-quarter").text
            #expect(page.contains("<li>1 queued run will be cancelled.</li>"))
            let form = try WebFormReader(page, procedure: "schedules.delete")
            #expect(try await scene.service.mutate(form.procedure, form.input).status == 200)
            let gone = try await scene.service.get("/schedules/\(id)")
            #expect(gone.status == 200)
            #expect(gone.text.contains("This schedule was deleted"))
            #expect(!gone.text.contains("data-procedure"))
            for path in ["/schedules/every-quarter", "/schedules/every-quarter/edit"] {
                #expect(try await scene.service.get(path).status == 404)
            }
        }
    }

    @Test func whatSchedulesSayIsTextAndNeverMarkup() async throws {
        let hostile = "<script>alert(1)</script>\"\u{301} onclick='a'</textarea>\u{202E}"
        try await ScheduleScene.run { scene in
            let given = JSONValue.string(hostile)
            let made = try await scene.make([
                "name": given, "repository": given, "ref": given, "policy": ["precheck": [given]],
            ])
            let slug = try #require(made["slug"]?.string)
            _ = try await scene.data("pause", ["id": .string(slug), "note": given, "by": given])
            _ = try await scene.data("pauseAll", ["note": given, "by": given])
            for path in ["/schedules", "/schedules/\(slug)", "/schedules/\(slug)/edit"] {
                let response = try await scene.service.get(path)
                #expect(response.status == 200, "\(path)")
                #expect(response.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;\u{301}"), "\(path)")
                #expect(!response.text.contains("<script>alert"), "\(path)")
                #expect(!response.text.contains("\u{301} onclick='"), "\(path)")
            }
        }
    }
}
