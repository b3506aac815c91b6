import Synchronization

/// A value of the configuration that a reload may change while it is in use.
///
/// Who takes one reads it anew for each piece of work, so that a change reaches what begins after it.
package final class Setting<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    package init(_ value: Value) {
        self.value = Mutex(value)
    }

    package var current: Value {
        value.withLock { $0 }
    }

    package func set(_ new: Value) {
        value.withLock { $0 = new }
    }
}
