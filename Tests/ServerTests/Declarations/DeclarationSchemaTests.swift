import Testing

@testable import Server

/// What files can declare.
struct DeclarationSchemaTests {
    @Test func filesCanSayWhateverTheAPICan() throws {
        let task = Self.paths(.object(TaskContentReader.fields, unknown: .refuse))
        #expect(task.contains("settings.agent.mcpConfig") && task.contains("steps.checks"), "\(task)")
        #expect(task.subtracting(Self.paths(DeclarationSchema.schema(.task))) == [])
        let schedule = Self.paths(ScheduleProcedures.createInput)
        #expect(schedule.contains("policy.precheck"), "\(schedule)")
        #expect(schedule.subtracting(Self.paths(DeclarationSchema.schema(.schedule))) == [])
        let own = schedule.subtracting(["task"]).map { "schedules.\($0)" }
        #expect(Set(own).subtracting(Self.paths(DeclarationSchema.schema(.task))) == [])
    }

    /// The fields of a schema and of all in it, each as `settings.limits.idle`.
    private static func paths(_ schema: Schema) -> Set<String> {
        switch schema {
        case .object(let fields, _):
            var paths: Set<String> = []
            for field in fields {
                paths.insert(field.name)
                paths.formUnion(Self.paths(field.schema).map { "\(field.name).\($0)" })
            }
            return paths
        case .array(let element, _): return paths(element)
        case .map(let element, _): return paths(element)
        case .optional(let inner), .nullable(let inner): return paths(inner)
        default: return []
        }
    }
}
