/// The fields of an agent's environment, a pair for each variable.
struct VariableFields {
    /// A pair, its markup escaped and nothing else changed.
    struct Variable {
        let variable: String
        let content: String
    }

    let variables: [Variable]
    let blankVariable = Variable(variable: "", content: "")
    let hasVariables: Bool

    init(_ environment: [String: String]?) {
        variables = (environment ?? [:]).sorted { $0.key < $1.key }
            .map { Variable(variable: HTMLText.escaped($0.key), content: HTMLText.escaped($0.value)) }
        hasVariables = !variables.isEmpty
    }
}
