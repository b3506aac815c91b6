import Model
import Testing

@testable import Notify

/// What receivers read.
struct NoticeBodyTests {
    @Test func theKindTheInstantAndTheData() {
        let notice = Notice(
            id: Notice.ID(rawValue: "01jqmadetjt0000000000000"),
            kind: .runFailed,
            at: Timestamp(milliseconds: 1_767_571_200_123),
            data: #"{"run":null}"#
        )
        #expect(
            String(decoding: NoticePost.body(of: notice), as: UTF8.self)
                == #"{"type":"run.failed","timestamp":"2026-01-05T00:00:00.123Z","data":{"run":null}}"#
        )
    }
}
