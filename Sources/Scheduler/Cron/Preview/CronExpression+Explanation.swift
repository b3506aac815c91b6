extension CronExpression {
    /// The expression in plain English, as it is meant in a zone.
    package func explanation(in zone: Zone) -> String { Explanation(expression: self, zone: zone).text }
}
