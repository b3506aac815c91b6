/// A response with its whole body.
package struct HTTPResponse: Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]

    package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// A response whose body is still arriving.
package struct HTTPStream: Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: HTTPBody
}

/// The first part of a response.
struct HTTPHead: Sendable {
    var status = 0
    var headers = HTTPHeaders()
}
