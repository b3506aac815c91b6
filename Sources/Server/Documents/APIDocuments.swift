import AgentStream
import HTTPTypes
import Hummingbird
import NIOCore

/// Answers what the service takes and answers, for programs, editors and those who write either.
struct APIDocuments: Sendable {
    static let openAPI = "/openapi.json"
    static let typeScript = "/trpc.d.ts"
    static let taskSchema = "/task.schema.json"

    let table: ProcedureTable
    let version: String

    func add(to router: Router<ConnectionContext>) {
        router.get("\(Self.openAPI)") { _, _ in
            Self.response("application/json", OpenAPIDocument(table, version: version).json.encoded)
        }
        router.get("\(Self.typeScript)") { _, _ in
            Self.response("text/plain; charset=utf-8", Array(TypeScriptDeclaration(table, version: version).text.utf8))
        }
        router.get("\(Self.taskSchema)") { _, _ in
            Self.response("application/json", DeclarationSchema.json.encoded)
        }
    }

    private static func response(_ type: String, _ bytes: [UInt8]) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: type, .cacheControl: "no-cache", .xContentTypeOptions: "nosniff"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}
