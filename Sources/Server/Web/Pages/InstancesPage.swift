import Model
import Store

/// What runs now, since when and on how much.
struct InstancesPage: Sendable {
    let store: Store
    let operations: any Operations

    struct View {
        let hasInstances: Bool
        let instances: [Row]
    }

    struct Row {
        let id: String
        let run: String
        let name: String
        let state: String
        let runtime: String
        let container: String?
        let since: String
        let image: String?
        let memory: String?
        let limit: String?
        let processor: String?

        init(_ instance: Instance, _ run: Run, _ usage: InstanceUsage?) {
            id = instance.id.rawValue
            self.run = run.id.rawValue
            name = run.name
            state = instance.state.rawValue
            runtime = instance.runtime.rawValue
            container = instance.container.map(Instance.shortContainer)
            since = WebText.time(instance.createdAt)
            image = usage?.image
            memory = usage?.memoryBytes.map(WebText.size)
            limit = usage?.memoryLimitBytes.map(WebText.size)
            processor = usage?.processorTime.map(WebText.duration)
        }
    }

    func page() async throws -> WebPage {
        let instances = try await store.instances().filter { $0.state != .stopped }
        let rows = try await withThrowingTaskGroup(of: (Int, Row).self) { group in
            for (index, instance) in instances.enumerated() {
                group.addTask {
                    let usage = await operations.usage(of: instance.runID)
                    return (index, Row(instance, try await store.run(instance.runID), usage))
                }
            }
            return try await group.reduce(into: [Int: Row]()) { $0[$1.0] = $1.1 }
        }
        let view = View(hasInstances: !rows.isEmpty, instances: instances.indices.compactMap { rows[$0] })
        return WebPage(title: "Instances", section: .instances, template: "instances", view: view, script: "form.js")
    }
}
