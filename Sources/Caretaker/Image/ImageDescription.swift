import AgentStream
import Foundation
import Glibc

/// What an engine says about an image.
struct ImageDescription {
    private let image: Inspected

    private struct Inspected: Decodable {
        let id: String
        let size: Int64
        let created: String
        let configuration: Configuration?

        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case size = "Size"
            case created = "Created"
            case configuration = "Config"
        }
    }

    private struct Configuration: Decodable {
        let labels: [String: String]?

        enum CodingKeys: String, CodingKey {
            case labels = "Labels"
        }
    }

    init(of tag: String, by engine: HostProgram) throws {
        let text: String
        do {
            text = try engine.output(["image", "inspect", tag])
        } catch {
            throw Failure(
                "the engine has no image \(tag), or does not answer; caretaker image build makes it",
                code: EX_NOINPUT
            )
        }
        guard let image = try? JSONDecoder().decode([Inspected].self, from: Data(text.utf8)).first else {
            throw Failure("\(engine.path) describes \(tag) in words that are not understood", code: EX_PROTOCOL)
        }
        self.image = image
    }

    /// Prints it in the form that is wanted.
    func show(_ output: OutputOptions) {
        let labels = image.configuration?.labels ?? [:]
        let executor = labels["caretaker.executor.version"]
        let agent = labels["caretaker.agent.version"]
        let answer: JSONValue = [
            "id": .string(image.id), "bytes": JSONValue(image.size), "createdAt": .string(image.created),
            "executor": executor.map { .string($0) } ?? .null, "agent": agent.map { .string($0) } ?? .null,
        ]
        output.show(answer, naming: "id") {
            Output.fields([
                ("image", image.id), ("size", "\(image.size / 1_000_000) MB"), ("created", image.created),
                ("executor", executor ?? "not one of ours"), ("agent", agent ?? "none"),
            ])
        }
    }
}
