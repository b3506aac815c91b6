import Testing

extension PackageTests.PackageServiceTests {
    @Test func theConfinedServiceFollowsTheFilesOfAFolder() async throws {
        let machine = try await InstalledMachine.anew().machine
        try await machine.root("rm -rf /etc/caretaker/tasks.d; caretaker task create Tidy --step 'Tidy up'")
        try await machine.follow("Tasks as files")
        try await machine.wait(for: "EVENT=task_files_applied")
        let refused = try await machine.attempt("caretaker task delete tidy")
        #expect(refused.code != 0 && refused.output.contains("is kept in /etc/caretaker/tasks.d/tidy.yaml"))

        try await machine.markJournal()
        try await machine.root("sed -i 's/Tidy up/Tidy up well/' /etc/caretaker/tasks.d/tidy.yaml")
        try await machine.wait(for: "EVENT=task_files_applied")
        #expect(try await machine.root("caretaker task show tidy").contains("Tidy up well"))

        try await machine.markJournal()
        try await machine.root("chmod 0600 /etc/caretaker/tasks.d/tidy.yaml")
        try await machine.wait(for: "EVENT=task_files_refused FILE=/etc/caretaker/tasks.d/tidy.yaml")
        let status = try await machine.root("caretaker status")
        #expect(status.contains("/etc/caretaker/tasks.d/tidy.yaml: The file cannot be read"), "\(status)")
        try await machine.root("systemctl restart caretaker")
        #expect(try await machine.root("caretaker task show tidy").contains("Tidy up well"))

        try await machine.markJournal()
        try await machine.root(
            """
            sed 's/slug: tidy/slug: other/' /etc/caretaker/tasks.d/tidy.yaml >/etc/caretaker/tasks.d/other.yaml
            chmod 0644 /etc/caretaker/tasks.d/other.yaml
            rm /etc/caretaker/tasks.d/tidy.yaml
            """
        )
        try await machine.wait(for: "EVENT=task_files_valid")
        #expect(try await machine.attempt("caretaker task show tidy").code != 0)
        #expect(try await machine.attempt("caretaker task show other").code == 0)
        try await machine.root("rm -r /etc/caretaker/tasks.d")
    }
}
