import Model
import Testing

@testable import Scheduler

struct SchedulerSettingsTests {
    private static func environment(_ driver: AgentSettings.Driver) -> [String: String] {
        let settings = SchedulerSettings(
            caps: Admission.Caps(global: 1),
            agent: AgentSettings(
                driver: driver,
                commands: [:],
                environment: ["HTTPS_PROXY": "the operator's", "TZ": "UTC", "CI": "0"]
            ),
            limits: ExecutionLimits(
                startup: .seconds(1),
                idle: .seconds(1),
                total: .seconds(1),
                linger: .seconds(1),
                outputBytes: 1
            ),
            deadline: .seconds(1),
            gitUsername: "",
            gitEmail: ""
        )
        let own = ["HTTPS_PROXY": "the task's", "HOME": "/work/workspace", "CI": "1"]
        let moment = Timestamp(milliseconds: 0)
        let task = AgentTask(
            id: AgentTask.ID(at: moment),
            slug: "t",
            version: 1,
            createdAt: moment,
            updatedAt: moment,
            deletedAt: nil,
            name: "T",
            steps: [],
            settings: TaskSettings(environment: own)
        )
        return settings.agent(for: task).environment
    }

    @Test func aTaskThatWasSavedForAnotherAgentSetsNothingThatIsReserved() {
        #expect(Self.environment(.claude) == ["HTTPS_PROXY": "the operator's", "TZ": "UTC", "CI": "1"])
    }

    @Test func anAgentOfTheOperatorsOwnGetsAllThatATaskSets() {
        let environment = Self.environment(.command)
        #expect(environment == ["HTTPS_PROXY": "the task's", "HOME": "/work/workspace", "TZ": "UTC", "CI": "1"])
    }
}
