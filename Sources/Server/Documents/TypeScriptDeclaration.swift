/// The type of the router for clients in TypeScript: `createTRPCClient<AppRouter>(…)`.
package struct TypeScriptDeclaration: Sendable {
    private let table: ProcedureTable
    private let version: String
    private let names = SchemaNames.caretaker

    package init(_ table: ProcedureTable, version: String) {
        self.table = table
        self.version = version
    }

    package var text: String {
        """
        // The procedures of Caretaker \(version), for clients of tRPC:
        //
        //     import { createTRPCClient, httpBatchLink } from "@trpc/client";
        //     import type { AppRouter } from "./trpc";
        //
        //     const links = [httpBatchLink({ url: "http://127.0.0.1:4000/trpc" })];
        //     const caretaker = createTRPCClient<AppRouter>({ links });
        //     const tasks = await caretaker.tasks.list.query();
        //
        // It needs @trpc/server 11.4 or later, for its types only. The service made this file from the schemas by which
        // it checks what it is sent.

        import type {
          TRPCBuiltRouter,
          TRPCDefaultErrorShape,
          TRPCMutationProcedure,
          TRPCQueryProcedure,
          TRPCSubscriptionProcedure,
        } from "@trpc/server";

        \(names.all.map(declaration).joined(separator: "\n"))
        type Query<Input, Output> = TRPCQueryProcedure<{ input: Input; output: Output; meta: unknown }>;
        type Mutation<Input, Output> = TRPCMutationProcedure<{ input: Input; output: Output; meta: unknown }>;
        type Subscription<Input, Output> = TRPCSubscriptionProcedure<{
          input: Input;
          output: AsyncIterable<Output>;
          meta: unknown;
        }>;

        export type AppRouter = TRPCBuiltRouter<
          { ctx: object; meta: object; errorShape: TRPCDefaultErrorShape; transformer: false },
          {
        \(groups)  }
        >;

        """
    }

    private func declaration(_ name: String, _ schema: Schema) -> String {
        let type = schema.typeScriptDefinition(names, indent: "")
        if case .object(let fields, _) = schema, !fields.isEmpty { return "export interface \(name) \(type)\n" }
        return "export type \(name) = \(type);\n"
    }

    /// The procedures by the first part of their names.
    private var groups: String {
        let groups = Dictionary(grouping: table.sorted) { $0.name.prefix { $0 != "." } }
        return groups.sorted { $0.key < $1.key }.map { group, procedures in
            "    \(group): {\n\(procedures.map(member).joined())    };\n"
        }.joined()
    }

    private func member(_ procedure: Procedure) -> String {
        let indent = "      "
        let kind =
            switch procedure.kind {
            case .query: "Query"
            case .mutation: "Mutation"
            case .subscription: "Subscription"
            }
        let input = procedure.input?.typeScript(names, indent: indent) ?? "void"
        let output = procedure.output.typeScript(names, indent: indent)
        let name = procedure.name.drop { $0 != "." }.dropFirst()
        return """
            \(indent)/** \(ProcedureSummaries.sentence(procedure)) It needs the role \(procedure.role). */
            \(indent)\(name): \(kind)<\(input), \(output)>;

            """
    }
}
