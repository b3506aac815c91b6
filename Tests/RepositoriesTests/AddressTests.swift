import Testing

@testable import Repositories

@Suite struct AddressTests {
    @Test(arguments: [
        ("owner/name", "ssh://git@github.com/owner/name.git", RepositoryAddress.Kind.github),
        ("owner/name.git", "ssh://git@github.com/owner/name.git", .github),
        ("o/.github", "ssh://git@github.com/o/.github.git", .github),
        ("git@github.com:owner/name.git", "ssh://git@github.com/owner/name.git", .github),
        ("ssh://git@GitHub.com/owner/name", "ssh://git@github.com/owner/name.git", .github),
        ("ssh://git@github.com:22/owner/name/", "ssh://git@github.com/owner/name.git", .github),
        ("https://github.com/owner/name", "https://github.com/owner/name", .https),
        ("HTTPS://Example.org:443/a/b.git", "https://example.org/a/b.git", .https),
        ("https://dev.example.org/a%20b/_git/c", "https://dev.example.org/a%20b/_git/c", .https),
        ("http://127.0.0.1:8080/x.git", "http://127.0.0.1:8080/x.git", .http),
        ("git://example.org/x.git", "git://example.org/x.git", .git),
        ("ssh://root@127.0.0.1:2222/srv/x.git", "ssh://root@127.0.0.1:2222/srv/x.git", .ssh),
        ("ssh://git@[::1]:2222/x", "ssh://git@[::1]:2222/x", .ssh),
        ("deploy@example.org:team/x.git", "deploy@example.org:team/x.git", .ssh),
        ("deploy@example.org:/srv/x.git", "deploy@example.org:/srv/x.git", .ssh),
        ("/srv/git/x.git", "/srv/git/x.git", .local),
        ("/srv//git/x/", "/srv/git/x", .local),
        ("file:///srv/git/x", "/srv/git/x", .local),
        ("file://localhost/srv/git/x", "/srv/git/x", .local),
    ])
    func anAddressHasOneSpelling(text: String, url: String, kind: RepositoryAddress.Kind) throws {
        let address = try RepositoryAddress.parse(text)
        #expect(address.url == url)
        #expect(address.kind == kind)
    }

    @Test(arguments: HostileAddresses.all)
    func aHostileAddressIsRefusedWithAReason(text: String) {
        let error = #expect(throws: RepositoryError.self) { try RepositoryAddress.parse(text) }
        #expect(error?.code == .invalidInput)
        #expect(error?.message.hasPrefix("`repository` ") == true)
        #expect(error?.message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f } == true)
    }

    @Test func credentialsInAURLPointToTheTokenFile() {
        let error = #expect(throws: RepositoryError.self) {
            try RepositoryAddress.parse("https://user:hunter2@example.org/x")
        }
        #expect(error?.message.contains("git.https_token_file") == true)
        #expect(error?.message.contains("hunter2") == false)
    }
}

/// What an attacker may write into the repository field.
enum HostileAddresses {
    static let all: [String] = [
        "", " ", "-", "--upload-pack=touch /tmp/x", "-oProxyCommand=x/y", "--", "-u/x",
        "ext::sh -c touch% /tmp/x", "ext::sh", "fd::17", "fd::1,2/x", "transport::address", "a+b::c", "::x",
        "owner/name\n", "owner/name\r\nx", "owner\0/name", "owner/na me", "owner/name\u{7f}", "\u{1b}[31m/x",
        "owner/..", "owner/.", "../name", "./name", "owner/.git", "owner/-name", "-owner/name", "owner/name/more",
        "owner/na%2fme", "owner/näme", "owner//name", "/", "//", "/srv/../etc", "/srv/./x", "/a/../\u{301}b",
        "relative",
        "relative/path/x", "~/x", "~root/x", "file://host/x", "file://x", "file:///a/../b", "file:///a%2f..%2fb",
        "https://user:password@example.org/x", "https://token@example.org/x", "http://a:b@example.org/x",
        "ssh://git:password@example.org/x", "ssh://-oProxyCommand=x/y", "ssh://-oProxyCommand=touch@example.org/x",
        "ssh://user@-oProxyCommand=x/y", "-oProxyCommand=x@example.org:y", "git@-oProxyCommand=x:y", "git@host:-x",
        "git@host:", "git@:x", "@host:x", "host:x", "ssh://example.org", "ssh://example.org/", "ssh:///x",
        "ssh://example.org/-x", "ssh://exa$(id)mple.org/x", "ssh://`id`@example.org/x", "git@host;id:x",
        "git@host:x;touch${IFS}y", "git@host:$(id)", "git@host:a'b", "git@host:a\"b", "git@host:../x", "git@host:a//b",
        "https://example.org/%2e%2e/x", "https://example.org/a%0ab", "https://example.org/a%00",
        "https://example.org/%2",
        "https://example.org/x?y=z", "https://example.org/x#y", "https://example.org/../x", "https://example.org:0/x",
        "https://example.org:99999/x", "https://example.org:+80/x", "https://exa%6dple.org/x", "https://[::1/x",
        "https://[zz]/x", "https://.example.org/x", "https://example..org/x", "https://-example.org/x", "https:///x",
        "https://\u{212a}.org/x", "ftp://example.org/x", "gopher://x/y", "javascript://x/y", "git+ssh://git@host/x",
        "git://user@example.org/x", "git://example.org/-x", "https:\\\\example.org\\x", "data:x", "C:\\x",
        "https://example.org/" + String(repeating: "a", count: 2048),
    ]
}
