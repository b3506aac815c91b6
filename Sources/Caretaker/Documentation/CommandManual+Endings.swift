extension CommandManual {
    /// What no command says of itself: variables, files, exit codes, and what to read next.
    static func endings(_ page: inout ManualText) {
        page.line(".Sh ENVIRONMENT")
        table(
            [
                ("CARETAKER_CONFIG", "The configuration file of caretaker serve and caretaker config check."),
                ("CARETAKER_SERVER", "The service's address for the other commands, as the option --server gives it."),
                ("CARETAKER_SERVER_SOCKET", "The path of the service's unix socket, for the service and its clients."),
                ("CARETAKER_TOKEN", "The token for a service that wants one."),
                ("CARETAKER_...", "Every key of the configuration, see caretaker.yaml(5)."),
            ],
            "Ev",
            &page
        )
        page.line(".Sh FILES")
        table(
            [
                ("/etc/caretaker/caretaker.yaml", "The configuration, see caretaker.yaml(5)."),
                ("/etc/caretaker/credentials", "Keys and tokens, which systemd hands to the service and nobody else."),
                ("/var/lib/caretaker", "The state: database, mirrors of repositories, runs and what agents made."),
                ("/run/caretaker/caretaker.sock", "The service's socket, for root and the group caretaker."),
                ("/usr/share/caretaker/executor", "What the image of executors is made from."),
                ("/usr/share/doc/caretaker", "The operator's handbook, examples, and rules for Prometheus."),
            ],
            "Pa",
            &page
        )
        page.line(".Sh EXIT STATUS")
        table(
            [
                ("0", "All is well."),
                ("1", "What was asked for is not so: the run did not succeed, the service is not ready."),
                ("64", "The arguments make no sense."),
                ("65", "A file is not what it should be."),
                ("66", "There is no database to look at."),
                ("69", "The service, or a program that is needed, is not there."),
                ("73", "A file cannot be written, or is there already."),
                ("75", "Another service has the state directory."),
                ("77", "The service wants a token, or the token's role is too low."),
                ("78", "The configuration cannot be used."),
            ],
            "It",
            &page
        )
        page.line(".Sh SEE ALSO")
        page.line(".Xr journalctl 1 ,")
        page.line(".Xr systemctl 1 ,")
        page.line(".Xr caretaker.yaml 5 ,")
        page.line(".Xr systemd.exec 5")
    }

    private static func table(_ rows: [(String, String)], _ macro: String, _ page: inout ManualText) {
        page.line(".Bl -tag -width Ds")
        for (name, meaning) in rows {
            page.line(macro == "It" ? ".It \(ManualText.argument(name))" : ".It \(macro) \(ManualText.argument(name))")
            page.sentences(meaning)
        }
        page.line(".El")
    }
}
