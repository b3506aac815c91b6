import CWebAssets
import Crypto

/// The files of the web page, which are part of the program.
struct WebAssets: Sendable {
    /// A file that browsers load.
    struct File: Sendable {
        let bytes: [UInt8]
        let mediaType: String
    }

    /// What the server renders itself, by its name without extension.
    let templates: [String: String]
    let files: [String: File]
    /// Where browsers find the files; it changes with them, so that they may be kept for ever.
    let path: String

    init() {
        var templates: [String: String] = [:]
        var files: [String: File] = [:]
        var hash = SHA256()
        for asset in Self.embedded {
            if asset.name.hasSuffix(Self.template) {
                templates[String(asset.name.dropLast(Self.template.count))] = String(
                    decoding: asset.bytes,
                    as: UTF8.self
                )
            } else {
                files[asset.name] = File(bytes: asset.bytes, mediaType: Self.mediaType(of: asset.name))
                hash.update(data: asset.bytes)
            }
        }
        self.templates = templates
        self.files = files
        let digits = hash.finalize().prefix(6).map { String($0 / 16, radix: 16) + String($0 % 16, radix: 16) }
        path = "\(Self.folder)/\(digits.joined())"
    }

    static let folder = "/assets"
    private static let template = ".mustache"

    /// Every file by its name.
    static var embedded: [(name: String, bytes: [UInt8])] {
        var found: [(String, [UInt8])] = []
        while let asset = web_asset(found.count)?.pointee {
            found.append(
                (String(cString: asset.name), Array(UnsafeBufferPointer(start: asset.bytes, count: asset.length)))
            )
        }
        return found
    }

    private static func mediaType(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: "application/octet-stream"
        }
    }
}
