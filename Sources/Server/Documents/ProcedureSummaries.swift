/// What each procedure does, in a sentence for the documents of the API.
package enum ProcedureSummaries {
    static func sentence(_ procedure: Procedure) -> String {
        all[procedure.name] ?? "Not described."
    }

    package static let all: [String: String] = [
        "audit.list": "Who changed what, the newest first.",
        "figures.days": "What runs came to on each of the last days, by task and state.",
        "files.apply":
            "Makes tasks and schedules what the documents of files say, all at once, or tells what would change.",
        "files.export": "Tasks with their schedules, as documents of files, without what may be secret.",
        "imports.messages": "Keeps a piece of the text of an imported run's messages until the run comes.",
        "imports.runs": "Adds runs of claude-code-runner, with their messages, or tells which are new.",
        "imports.tasks": "Adds tasks of claude-code-runner, or tells which are new.",
        "instances.get": "One instance, and what it uses.",
        "instances.list": "What runs, since when, and what it uses.",
        "instances.reap":
            "Has the reaper look for what nobody needs any more and remove it, or only say what it would do.",
        "instances.remove": "Removes an instance; its run is cancelled if it is active.",
        "notify.test": "Sends a notice that tells nothing to the address of notices.",
        "runs.byId": "A run with its steps, its conversation and its executions.",
        "runs.cancel": "Cancels a run that has not ended; one that has stays as it is.",
        "runs.create": "Queues a run of a task on a repository; with settings of its own it needs the role admin.",
        "runs.list": "The runs, the newest first, without steps and messages.",
        "runs.messages": "Messages of a run after a number, as many as fit into one answer.",
        "runs.onMessage": "The messages of a run as they come, or from a number on.",
        "runs.result": "What the agent of a run did: commits, files and notices; null while there is nothing.",
        "runs.retry": "Queues a run like one that has ended.",
        "schedules.backfill": "Makes runs of the slots of a range that were skipped.",
        "schedules.byId": "A schedule by its id or slug, or null.",
        "schedules.create": "Makes a schedule.",
        "schedules.delete": "Deletes a schedule; its runs stay.",
        "schedules.list": "The schedules.",
        "schedules.pause": "Pauses a schedule.",
        "schedules.pauseAll": "Pauses all schedules.",
        "schedules.pauseState": "Whether all schedules are paused.",
        "schedules.preview": "What an expression means, and when it is due next.",
        "schedules.resume": "Ends the pause of a schedule.",
        "schedules.resumeAll": "Ends the pause of all schedules.",
        "schedules.runNow": "Queues a run of a schedule at once, beside its slots.",
        "schedules.slots": "What became of a schedule's slots, the newest first.",
        "schedules.update": "Changes what is given of a schedule; null clears.",
        "service.overview": "What runs, what waits, what comes next and what ended last.",
        "service.reload": "Has the service read its configuration anew.",
        "tasks.byId": "A task by its id or slug, or null.",
        "tasks.create": "Makes a task.",
        "tasks.delete": "Deletes a task; its runs stay.",
        "tasks.history": "What became of a task: its versions, how often each was used, and what hangs on it.",
        "tasks.list": "The tasks.",
        "tasks.update": "Gives a task another name and other steps, and settings where they are given.",
        "tokens.create": "Makes a token and shows it this once.",
        "tokens.list": "The tokens, without what opens anything.",
        "tokens.revoke": "Revokes a token at once.",
    ]
}
