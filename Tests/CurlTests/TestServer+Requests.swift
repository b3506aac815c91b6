@testable import Curl

extension TestServer {
    /// A request to this server, with short limits.
    func request(
        _ method: String = "GET",
        _ path: String = "/",
        headers: HTTPHeaders = [:],
        body: [UInt8]? = nil,
        timeout: Duration = .seconds(30),
        maximumSilence: Duration? = nil
    ) -> HTTPRequest {
        HTTPRequest(
            method: method,
            url: socketPath == nil ? "http://127.0.0.1:\(port)\(path)" : "http://executor\(path)",
            unixSocket: socketPath,
            headers: headers,
            body: body,
            timeout: timeout,
            maximumSilence: maximumSilence
        )
    }
}

/// Runs a test with a client, and shuts it down after.
func withClient<Result>(_ body: (CurlClient) async throws -> Result) async throws -> Result {
    let client = try CurlClient(environmentProxies: false)
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}

/// The code of the `CurlError` that the body throws, `nil` for any other outcome.
func failureCode(_ body: () async throws -> Void) async -> CurlError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? CurlError)?.code
    }
}

extension HTTPBody {
    /// The whole body.
    func collect() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in self { bytes += chunk }
        return bytes
    }
}
