import Model
import Repositories

/// What the HTTP face asks and rows cannot tell.
struct ServiceOperations: Operations {
    let repositories: Repositories
    let runtime: any Runtime
    let agent: AgentSettings

    func check(repository: String, ref: String?) throws(InputProblem) {
        do {
            try repositories.check(repository, ref: ref)
        } catch {
            // The sentence names the field; a ref is only looked at once the repository is right.
            let isRef = error.message.contains("`ref`")
            throw InputProblem(field: isRef ? "ref" : "repository", message: error.message)
        }
    }

    func check(branch: String) throws(InputProblem) {
        do {
            try repositories.check(branch: branch)
        } catch {
            throw InputProblem(field: "settings.push.branch", message: error.message)
        }
    }

    func check(driver: AgentSettings.Driver) throws(InputProblem) {
        guard agent.commands[driver] == nil else { return }
        let key = driver == .claude ? "agent.program" : "agent.command"
        throw InputProblem(
            field: "settings.agent.driver",
            message: "This service has no agent for it: \(key) in its configuration."
        )
    }

    func workFile(_ file: WorkFile, of run: Run.ID) -> String {
        "\(runtime.folder(of: run))/\(file.name)"
    }
}
