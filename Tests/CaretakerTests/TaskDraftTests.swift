import AgentStream
import Testing

@testable import Caretaker

/// A task as YAML in an editor.
struct TaskDraftTests {
    private static let task: JSONValue = [
        "id": "1", "slug": "tidy", "name": "Tidy: \"up\" # no", "version": 3,
        "steps": [
            ["instructions": "First line\n\n  indented\n# not a comment\n", "checks": ""],
            ["instructions": "true", "checks": "- 1\n"],
            ["instructions": "\u{1B}[2J\r\n日本 \u{202E}", "checks": "0x1F"],
        ],
        "settings": ["environment": ["A": "1", "NO": "on", "B": "~"], "limits": ["idle": 0.5], "maxConcurrent": 3],
    ]

    @Test func whatIsNotChangedComesBackAsItWas() throws {
        let draft = TaskDraft(TaskDraft.text(of: Self.task), in: "f.yaml")
        #expect(try draft.content() == TaskDraft.content(of: Self.task))
        #expect(draft.text.hasPrefix("# The task tidy, version 3.\n"))
    }

    @Test func whatIsWrongStandsAboveItsLineAndGoesAgain() throws {
        let text = "# The task.\nname: x\nsteps:\n- instructions: a\n- instructions: b\n  check: c\nextra: 1\n"
        let draft = TaskDraft(text, in: "f.yaml")
        let found = #expect(throws: TaskDraft.Problems.self) { try draft.content() }
        let told = draft.telling(try #require(found).problems)
        #expect(
            told == """
                # The task.
                name: x
                steps:
                - instructions: a
                - instructions: b
                # ERROR: steps.1.check: There is no such key.
                  check: c
                # ERROR: extra: There is no such key.
                extra: 1

                """
        )
        #expect(TaskDraft(told, in: "f.yaml") == draft)
    }

    @Test func faultsOfYAMLHaveTheirLine() throws {
        let draft = TaskDraft("name: x\nsteps: [\n  {instructions: a\n", in: "f.yaml")
        let found = #expect(throws: TaskDraft.Problems.self) { try draft.content() }
        #expect(try #require(found?.problems.first?.line) > 1)
        let twice = TaskDraft("name: x\nname: y\n", in: "f.yaml")
        #expect(throws: TaskDraft.Problems.self) { try twice.content() }
    }

    @Test func aServicesIssueIsFoundInTheText() {
        let draft = TaskDraft("name: x\nsteps:\n- instructions: a\n- instructions: 7\n", in: "f.yaml")
        let problem = draft.problem(InputIssue(path: ["steps", 1, "instructions"], message: "Expected string."))
        #expect(problem.line == 4 && problem.field == "steps.1.instructions")
    }

    @Test func aTextOfCommentsOnlyIsNone() {
        #expect(TaskDraft("# a\n\n  # b\n", in: "f").isEmpty && TaskDraft("", in: "f").isEmpty)
        #expect(!TaskDraft("name: x", in: "f").isEmpty)
    }

    @Test func whatMayBeLeftOutIsEmpty() throws {
        let draft = TaskDraft("name: x\nsteps:\n- instructions: a\n", in: "f")
        #expect(try draft.content() == ["name": "x", "steps": [["instructions": "a", "checks": ""]], "settings": [:]])
    }
}
