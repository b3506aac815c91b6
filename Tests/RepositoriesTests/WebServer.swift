import SystemPackage

@testable import Repositories

/// A small web server in Python that runs `git http-backend` and writes down each `Authorization` header.
struct WebServer: Sendable {
    private let scratch: Scratch
    private var certificate: String?

    init(in scratch: Scratch) throws {
        self.scratch = scratch
        try Files.write(Array(Self.script.utf8), to: scratch.file("server.py"), permissions: [.ownerReadWrite])
        let safe = Array("[safe]\n\tdirectory = *\n".utf8)
        try Files.write(safe, to: scratch.file("server.gitconfig"), permissions: [.ownerReadWrite])
        try forgetHeaders()
    }

    var command: [String] {
        [
            "/usr/bin/env", "python3", scratch.file("server.py"), scratch.path, scratch.file("headers"),
            certificate ?? "",
        ]
    }

    /// The `Authorization` headers that came so far.
    func headers() throws -> [String] {
        let text = String(decoding: try Files.read(scratch.file("headers"), limit: 1 << 16), as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }

    func forgetHeaders() throws {
        try Files.write([], to: scratch.file("headers"), permissions: [.ownerReadWrite])
    }

    /// The same server behind TLS, with a certificate that nobody signed.
    func withCertificate() async throws -> WebServer {
        var server = self
        let file = scratch.file("certificate.pem")
        try await scratch.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", file + ".key", "-out", file, "-days", "2",
                "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
            ]
        )
        server.certificate = file
        return server
    }

    private static let script = """
        import http.server, os, ssl, subprocess, sys

        root, headers, certificate = sys.argv[1:4]

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *arguments):
                pass

            def answer(self):
                given = self.headers.get("Authorization")
                if given:
                    with open(headers, "a") as file:
                        file.write(given + "\\n")
                path, _, query = self.path.partition("?")
                if path.startswith("/redirect"):
                    self.send_response(301)
                    self.send_header("Location", "/origin" + path[9:] + "?" + query)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                body = self.body()
                environment = dict(os.environ, GIT_PROJECT_ROOT=root, GIT_HTTP_EXPORT_ALL="1", PATH_INFO=path,
                    QUERY_STRING=query, REQUEST_METHOD=self.command, REMOTE_ADDR="127.0.0.1",
                    CONTENT_TYPE=self.headers.get("Content-Type", ""), CONTENT_LENGTH=str(len(body)),
                    HTTP_CONTENT_ENCODING=self.headers.get("Content-Encoding", ""),
                    GIT_PROTOCOL=self.headers.get("Git-Protocol", ""))
                done = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True)
                head, _, rest = done.stdout.partition(b"\\r\\n\\r\\n")
                fields = [line.split(": ", 1) for line in head.decode().split("\\r\\n") if ": " in line]
                status = next((value for name, value in fields if name == "Status"), "200")
                self.send_response(int(status.split()[0]))
                for name, value in fields:
                    if name != "Status":
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(rest)))
                self.end_headers()
                self.wfile.write(rest)

            def body(self):
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length") or 0))
                parts = []
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b"".join(parts)

            do_GET = do_POST = answer

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, certificate + ".key")
            server.socket = context.wrap_socket(server.socket, server_side=True)
        print("listening " + str(server.server_port), flush=True)
        server.serve_forever()

        """
}
