import AgentStream

/// What a page did that its reader does not see.
package struct PageRecord: Sendable {
    /// What DevTools complains of: its log, its issues, exceptions, the console, and dialogs.
    package private(set) var complaints: [String] = []
    /// The address of each request, without those of data in the page itself.
    package private(set) var requests: [String] = []
    /// How many bytes came over the network, headers and all.
    package private(set) var receivedBytes = 0

    mutating func take(_ method: String, _ event: JSONValue) {
        switch method {
        case "Log.entryAdded":
            let entry = event["entry"]
            complain("log", entry?["text"]?.string, entry?["url"]?.string)
        case "Audits.issueAdded":
            complain("issue", event["issue"].map { String(decoding: $0.encoded, as: UTF8.self) })
        case "Runtime.exceptionThrown":
            let details = event["exceptionDetails"]
            complain("exception", details?["exception"]?["description"]?.string ?? details?["text"]?.string)
        case "Runtime.consoleAPICalled":
            complain("console", event["args"].map { String(decoding: $0.encoded, as: UTF8.self) })
        case "Page.javascriptDialogOpening":
            complain("dialog", event["type"]?.string, event["message"]?.string)
        case "Network.requestWillBeSent":
            let url = event["request"]?["url"]?.string ?? ""
            if !url.hasPrefix("data:") { requests.append(url) }
        case "Network.loadingFinished": receivedBytes += event["encodedDataLength"]?.int ?? 0
        default: break
        }
    }

    private mutating func complain(_ words: String?...) {
        complaints.append(words.compactMap(\.self).joined(separator: ": "))
    }
}
