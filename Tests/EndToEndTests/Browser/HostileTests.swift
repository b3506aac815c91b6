import AgentStream
import Foundation
import TestSupport
import Testing

extension BrowserTests {
    /// What agents and repositories say is text, whatever it looks like.
    struct HostileTests {
        /// What a page may not have; every member is empty where all is well.
        private static let traces = """
            (() => {
              const all = [...document.querySelectorAll("*")];
              const odd = "iframe, object, embed, base, meta[http-equiv], style, [style], form[action^=http]";
              const isOwn = (address) => address.startsWith(location.origin + "/");
              const isPicture = (address) => /^data:image\\/(png|jpeg|gif|webp);base64,/.test(address);
              return {
                ran: typeof pwned === "undefined" ? [] : ["pwned"],
                handlers: all.flatMap((element) => element.getAttributeNames().filter((name) => name.startsWith("on"))),
                elements: [...document.querySelectorAll(odd)].map((element) => element.outerHTML),
                links: [...document.links].map((link) => link.href).filter((address) => !isOwn(address)),
                scripts: [...document.scripts].map((script) => script.src).filter((address) => !isOwn(address)),
                images: [...document.images].map((image) => image.src).filter((src) => !isPicture(src) && !isOwn(src)),
                controls: document.querySelector("#window")?.textContent.match(/[\\0-\\x08\\x0e-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]/g) ?? [],
              };
            })()
            """

        private static func expectNoTrace(_ page: BrowserPage, _ base: String, _ path: String) async throws {
            let traces = try await page.evaluate(traces)
            for trace in traces.object ?? [:] { #expect(trace.value == [], "\(trace.key) at \(path)") }
            #expect(page.record.complaints == [], "\(path)")
            #expect(page.record.requests.allSatisfy { $0.hasPrefix("\(base)/") }, "\(page.record.requests)")
        }

        @Test func linesOfAnAgentRunNothingNeitherLiveNorAfterwards() async throws {
            try await ServiceUnderTest.with { service in
                let file = URL(filePath: "\(service.folder)/hostile")
                try Data(HostileLines.all).write(to: file)
                let repository = try await GitRepository(at: "\(service.folder)/repository").path
                let base = "http://127.0.0.1:\(await service.port)"
                try await BrowserTests.page { page in
                    let gate = "\(service.folder)/gate"
                    let wait = "until test -e \(gate); do sleep 0.05; done"
                    let run = try await service.startRun(["shell \(wait); cat \(file.path)"], repository: repository)
                    try await page.open("\(base)/runs/\(run)")
                    try service.makeFile(gate)
                    try await page.wait(for: "document.querySelectorAll('.entry').length > 400")
                    try await page.wait(for: "!document.querySelector('#window').dataset.follow")
                    try await Self.expectNoTrace(page, base, "live")
                    let last = try await service.messages(of: run).last?.seq ?? 0
                    for first in stride(from: 0, to: last, by: 200) {
                        let path = "/runs/\(run)?after=\(first)"
                        try await page.open(base + path)
                        #expect(try await page.evaluate("document.querySelectorAll('.entry').length").int ?? 0 > 0)
                        try await Self.expectNoTrace(page, base, path)
                    }
                }
            }
        }

        @Test func namesOfTasksSchedulesFilesAndCommitsRunNothing() async throws {
            try await ServiceUnderTest.with { service in
                let base = "http://127.0.0.1:\(await service.port)"
                let name = "<img src=x onerror=pwned=1>\"'{{{name}}}"
                let repository = try await GitRepository(at: "\(service.folder)/<b>&amp;").path
                let script = "\(service.folder)/script"
                try ShellScript.write(
                    """
                    echo x >'<img src=x onerror=pwned=1>'; echo '<script>pwned=1</script>' >"$(printf 'a\\342\\200\\256b')"
                    git add '<img src=x onerror=pwned=1>'
                    git -c user.name='<script>pwned=1</script>' commit -q -m '<script>pwned=1</script>'
                    echo '<script>pwned=1</script>' >&2
                    """,
                    to: script
                )
                let texts = HostileLines.texts.filter { !$0.unicodeScalars.contains("\u{0}") }.joined(separator: "\n")
                let made =
                    try await service.mutate(
                        "tasks.create",
                        [
                            "name": .string(name),
                            "steps": [
                                ["instructions": .string("shell sh \(script)\n\(texts)"), "checks": .string(texts)]
                            ],
                            "settings": ["environment": ["TEXT": .string(texts)]],
                        ]
                    )
                let (task, slug) = (made["id"] ?? .null, made["slug"]?.string ?? "")
                let run = try await service.mutate("runs.create", ["taskId": task, "repository": .string(repository)])
                let runID = run["id"]?.string ?? ""
                #expect(try await service.end(of: runID).state == "succeeded")
                let schedule =
                    try await service.mutate(
                        "schedules.create",
                        [
                            "name": .string(name), "task": task, "repository": .string(repository),
                            "expression": "0 0 1 1 *",
                        ]
                    )["id"] ?? .null
                _ = try await service.mutate("schedules.pause", ["id": schedule, "note": .string(name)])
                let (taskID, scheduleID) = (task.string ?? "", schedule.string ?? "")
                try await BrowserTests.page { page in
                    for path in [
                        "/", "/runs", "/runs/\(runID)", "/tasks", "/tasks/\(taskID)", "/tasks/\(taskID)/edit",
                        "/tasks/\(taskID)/run", "/schedules", "/schedules/new?task=\(taskID)",
                        "/schedules/\(scheduleID)", "/schedules/\(scheduleID)/edit", "/charts?task=\(slug)",
                        "/tasks/%3Cscript%3Epwned=1%3C%2Fscript%3E", "/runs?state=%3Cscript%3E",
                    ] {
                        try await page.open(base + path)
                        try await page.evaluate(
                            "document.querySelectorAll('details').forEach((one) => (one.open = true))"
                        )
                        if path.contains("script") { page.clearRecord() }
                        try await Self.expectNoTrace(page, base, path)
                    }
                    // What is edited comes back as it was.
                    try await page.open("\(base)/tasks/\(taskID)/edit")
                    try await page.loading { try await page.click("form button.main") }
                    let saved = try await service.query("tasks.byId", ["id": task])
                    #expect(saved["steps"]?[0]?["checks"]?.string == texts)
                    #expect(saved["settings"]?["environment"]?["TEXT"]?.string == texts)
                }
            }
        }

        @Test func aLineOfTenMegabytesIsShownInPart() async throws {
            try await ServiceUnderTest.with { service in
                let repository = try await GitRepository(at: "\(service.folder)/repository").path
                try await BrowserTests.page(.phone) { page in
                    let base = "http://127.0.0.1:\(await service.port)"
                    let run = try await service.startRun(
                        ["gate \(service.folder)/gate 1", "big \(10 << 20)", "lines 1"],
                        repository: repository
                    )
                    try await page.open("\(base)/runs/\(run)")
                    try await page.wait(for: "document.querySelectorAll('.entry.text').length >= 1")
                    try service.makeFile("\(service.folder)/gate")
                    try await page.wait(for: "!document.querySelector('#window').dataset.follow")
                    try await Self.expectNoTrace(page, base, "live")
                    let live = try await page.evaluate(LiveTranscriptTests.shown)
                    try await page.open("\(base)/runs/\(run)")
                    // Who comes later sees the last of it, and the rest on demand.
                    try await LiveTranscriptTests.readUp(page)
                    #expect(try await page.evaluate(LiveTranscriptTests.shown) == live)
                    #expect(try await page.evaluate("document.body.innerText.length").int ?? 0 < 1 << 20)
                    #expect(try await page.overflow() == nil)
                    #expect(page.record.receivedBytes < 1 << 20)
                }
            }
        }
    }
}
