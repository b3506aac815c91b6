/// The clock on the wall: what people mean by "at half past two"; it can jump.
package protocol WallClock: Sendable {
    var now: Timestamp { get }
}
