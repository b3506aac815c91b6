extension TaskSettings {
    /// These settings where they are set, else those of `defaults`; variables and limits one by one.
    package func over(_ defaults: TaskSettings) -> TaskSettings {
        TaskSettings(
            agent: defaults.agent.map { agent?.over($0) ?? $0 } ?? agent,
            container: defaults.container.map { container?.over($0) ?? $0 } ?? container,
            environment: defaults.environment.map { $0.merging(environment ?? [:]) { $1 } } ?? environment,
            limits: defaults.limits.map { limits?.over($0) ?? $0 } ?? limits,
            push: push ?? defaults.push,
            maxConcurrent: maxConcurrent ?? defaults.maxConcurrent,
            priority: priority ?? defaults.priority,
            retry: retry ?? defaults.retry
        )
    }
}

extension TaskAgent {
    fileprivate func over(_ defaults: TaskAgent) -> TaskAgent {
        TaskAgent(
            driver: driver ?? defaults.driver,
            options: options.over(defaults.options),
            onPermissionDenied: onPermissionDenied ?? defaults.onPermissionDenied
        )
    }
}

extension ContainerSettings {
    fileprivate func over(_ defaults: ContainerSettings) -> ContainerSettings {
        ContainerSettings(
            image: image ?? defaults.image,
            memory: memory ?? defaults.memory,
            cpus: cpus ?? defaults.cpus,
            pids: pids ?? defaults.pids,
            network: network ?? defaults.network,
            readOnly: readOnly ?? defaults.readOnly
        )
    }
}

extension TaskLimits {
    fileprivate func over(_ defaults: TaskLimits) -> TaskLimits {
        TaskLimits(
            startup: startup ?? defaults.startup,
            idle: idle ?? defaults.idle,
            total: total ?? defaults.total,
            deadline: deadline ?? defaults.deadline
        )
    }
}
