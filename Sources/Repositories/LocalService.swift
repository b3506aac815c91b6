/// How git runs the other side itself when the repository is a folder of this machine.
///
/// The folder's own hooks stay off. Its owner may be another user only where the operator named the folder.
enum LocalService {
    static func fetching(_ address: RepositoryAddress, _ policy: LocalPolicy) -> [GitCommand.Option] {
        switch (address.kind, policy) {
        case (.local, .below): ["--upload-pack=git -c core.hooksPath=/dev/null -c safe.directory='*' upload-pack"]
        case (.local, .anywhere): ["--upload-pack=git -c core.hooksPath=/dev/null upload-pack"]
        default: []
        }
    }

    static func pushing(_ address: RepositoryAddress, _ policy: LocalPolicy) -> [GitCommand.Option] {
        switch (address.kind, policy) {
        case (.local, .below):
            [
                """
                --receive-pack=git -c core.hooksPath=/dev/null -c safe.directory='*' -c receive.autogc=false \
                receive-pack
                """
            ]
        case (.local, .anywhere):
            ["--receive-pack=git -c core.hooksPath=/dev/null -c receive.autogc=false receive-pack"]
        default: []
        }
    }
}
