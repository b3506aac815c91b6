/// An image that an agent or a tool gave.
package struct ShownImage: Hashable, Sendable {
    /// The kinds that are shown; others, such as SVG, could do more than be looked at.
    package enum MediaType: String, Sendable, CaseIterable {
        case png = "image/png"
        case jpeg = "image/jpeg"
        case gif = "image/gif"
        case webp = "image/webp"
    }

    /// What the sender calls it.
    package let name: String
    /// Nil when it is of no kind that is shown.
    package let mediaType: MediaType?
    /// Valid base64; nil when it is too large, broken, somewhere else, or of no kind that is shown.
    package let base64: String?
    /// The decoded size.
    package let bytes: Int

    init(mediaType: String?, base64: String?) {
        name = mediaType?.shownWord ?? "image"
        self.mediaType = mediaType.flatMap(MediaType.init(rawValue:))
        let length = base64?.utf8.count ?? 0
        bytes = base64.map(Base64.decodedCount) ?? 0
        let fits = self.mediaType != nil && length > 0 && length <= TranscriptLimits.imageBytes
        self.base64 = fits ? base64.flatMap { Base64.isValid($0) ? $0 : nil } : nil
    }

    /// An `image` block: `{"source": {"type": "base64", "media_type": …, "data": …}}`.
    init(block: JSONValue) {
        let source = block["source"]
        // Servers of tools say `data` and `mimeType` without a source.
        self.init(
            mediaType: source?["media_type"]?.string ?? block["mimeType"]?.string,
            base64: source?["data"]?.string ?? block["data"]?.string
        )
    }
}
