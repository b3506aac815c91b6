/// The manual page caretaker.yaml(5), made from the table of keys.
struct ConfigurationManual {
    /// The page's date, as `November 23, 2026`.
    let date: String

    var text: String {
        var page = ManualText()
        page.macro("Dd", date)
        page.line(".Dt CARETAKER.YAML 5")
        page.line(".Os")
        page.line(".Sh NAME")
        page.line(".Nm caretaker.yaml")
        page.line(".Nd configuration of the service caretaker")
        page.line(".Sh SYNOPSIS")
        page.line(".Pa /etc/caretaker/caretaker.yaml")
        page.line(".Sh DESCRIPTION")
        page.sentences(
            """
            The file is YAML. A name with a dot is a key in a section: server.listen stands as listen below server. \
            Every key is optional. A flag wins over an environment variable, that over this file. An unknown key is an \
            error that names the nearest known one. caretaker config check tells whether a file can be used, and \
            caretaker config example prints one with every key explained.
            """
        )
        page.line(".Pp")
        page.sentences(
            """
            A key with a credential is the path of a file with a secret. Under systemd such a file may lie in \
            /etc/caretaker/credentials by that name instead, for the service and nobody else. caretaker reload puts \
            changes of many keys in force; all others need a restart, and it names those that have changed.
            """
        )
        page.line(".Sh KEYS")
        page.line(".Bl -tag -width Ds")
        for key in ConfigurationKey.all {
            page.line(".It Ic \(ManualText.argument(key.name))")
            page.sentences(key.summary)
            page.sentences("It is \(key.expectation).")
            if let standard = key.standard, standard != "[]" { page.sentences("Default: \(standard).") }
            page.sentences("Environment: \(key.variable).")
            if let credential = key.credential { page.sentences("Credential: \(credential).") }
            if key.isReloadable { page.sentences("A reload puts a change in force.") }
        }
        page.line(".El")
        example(&page)
        page.line(".Sh SEE ALSO")
        page.line(".Xr caretaker 8")
        return page.text
    }

    private func example(_ page: inout ManualText) {
        page.line(".Sh EXAMPLES")
        page.line(".Bd -literal")
        page.line("runtime: docker")
        page.line("executors:")
        page.line("  max_concurrent: 8")
        page.line("  memory: 8g")
        page.line("git:")
        page.line("  username: Build Bot")
        page.line("  email: bot@example.org")
        page.line(".Ed")
    }
}
