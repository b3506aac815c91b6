/// Says whether bytes are one JSON text.
///
/// Whitespace around the text is allowed, a CR too; nothing at all, and nesting over 512, is not JSON.
package enum JSONScanner {
    package static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool { fault(in: bytes) == nil }

    package static func isValid(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { isValid($0) } }

    package static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.withUnsafeBytes { isValid($0) } }

    /// What is wrong with the text, or nil when it is valid.
    package static func fault(in bytes: UnsafeRawBufferPointer) -> JSONError? {
        var visitor = NothingVisitor()
        do throws(JSONError) {
            try JSONGrammar.read(bytes, visitor: &visitor)
            return nil
        } catch {
            return error
        }
    }
}
