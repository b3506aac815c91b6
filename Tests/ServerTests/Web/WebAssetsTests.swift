import Foundation
import Testing

@testable import Server

@Suite struct WebAssetsTests {
    @Test func everyFileOfThePageIsPartOfTheProgram() throws {
        let folder = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().appending(path: "../../../Sources/Server/Web/Assets/files")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
        let embedded = WebAssets.embedded
        #expect(Set(embedded.map(\.name)) == Set(names))
        #expect(embedded.count == names.count)
        for file in embedded {
            #expect(try Data(contentsOf: folder.appending(path: file.name)) == Data(file.bytes), "\(file.name)")
        }
    }

    @Test func everyTemplateCanBeRead() throws {
        let templates = try WebTemplates(WebAssets().templates)
        struct Empty {}
        #expect(templates.render(Empty(), "layout").contains("</html>"))
    }

    @Test func whatBrowsersLoadIsLight() {
        let bytes = WebAssets().files.values.reduce(0) { $0 + $1.bytes.count }
        #expect(bytes < 150_000)
    }
}
