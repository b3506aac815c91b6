import Testing

extension PackageTests.PackageServiceTests {
    @Test func aRunFetchesAndPushesBySecureShellWithTheKeyThatSystemdHandsIn() async throws {
        let machine = try await InstalledMachine.anew(starts: false).machine
        try await machine.root(
            """
            useradd --create-home --shell /bin/sh --password '*' git
            runuser -u git -- sh -c 'cd; git init -q -b main one
            git -C one -c user.name=T -c user.email=t@localhost commit -q --allow-empty -m First
            git clone -q --bare one one.git'
            ssh-keygen -q -t ed25519 -N '' -f /root/key
            install -D -o git -g git -m 0600 /root/key.pub /home/git/.ssh/authorized_keys
            install -m 0600 /root/key /etc/caretaker/credentials/ssh_key
            (printf '127.0.0.1 '; cat /etc/ssh/ssh_host_ed25519_key.pub) >/etc/caretaker/credentials/known_hosts
            systemctl start ssh caretaker
            caretaker task create Commit --step commit --push-branch caretaker/commit
            """
        )
        let run = try await machine.attempt(
            "caretaker run start commit --follow --repository ssh://git@127.0.0.1/home/git/one.git"
        )
        #expect(run.code == 0, "\(run.output)")
        let log = "runuser -u git -- git -C /home/git/one.git log --format=%s caretaker/commit"
        #expect(try await machine.root(log) == "Add agent.txt\nFirst")
    }
}
