/// A request that the store cannot carry out.
package struct StoreError: Error, Hashable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        case notFound
        /// What is asked does not fit what is there, such as a retry of a run that has not ended.
        case conflict
        /// The caller's view of a row is out of date.
        case stale
        /// There is no more room in the queue.
        case full
        /// The disk is full.
        case noRoom
        case newerSchema
        case unusable
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
