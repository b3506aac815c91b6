/// The file that asks editors to keep files tidy.
enum EditorConfig {
    static let name = ".editorconfig"

    static let text = """
        root = true

        [*]
        charset = utf-8
        insert_final_newline = true
        trim_trailing_whitespace = true

        [*.{md,markdown}]
        trim_trailing_whitespace = false

        [*.{patch,diff,tsv,eml}]
        trim_trailing_whitespace = unset

        """
}
