extension TextStyle {
    /// Applies a sequence "select graphic rendition", whose parameters may have parts after a colon.
    ///
    /// Concealed text and blinking are left out: what an agent wrote is there to be read.
    mutating func apply(_ parameters: [[Int]]) {
        var rest = parameters.isEmpty ? [[0]] : parameters[...]
        while let parameter = rest.popFirst() {
            switch parameter[0] {
            case 38: foreground = Self.color(parameter, &rest) ?? foreground
            case 48: background = Self.color(parameter, &rest) ?? background
            default: apply(parameter)
            }
        }
    }

    private mutating func apply(_ parameter: [Int]) {
        switch parameter[0] {
        case 0: self = TextStyle()
        case 1: isBold = true
        case 2: isDim = true
        case 3: isItalic = true
        case 4: isUnderlined = parameter.count < 2 || parameter[1] != 0
        case 7: isInverse = true
        case 9: isStruck = true
        case 21: isUnderlined = true
        case 22: (isBold, isDim) = (false, false)
        case 23: isItalic = false
        case 24: isUnderlined = false
        case 27: isInverse = false
        case 29: isStruck = false
        case 30...37: foreground = Color(parameter[0] - 30)
        case 39: foreground = nil
        case 40...47: background = Color(parameter[0] - 40)
        case 49: background = nil
        case 90...97: foreground = Color(parameter[0] - 82)
        case 100...107: background = Color(parameter[0] - 92)
        default: break
        }
    }

    /// A colour of many, as `38;5;n`, `38;2;r;g;b`, or the same with colons; takes the parameters that belong to it.
    private static func color(_ parameter: [Int], _ rest: inout ArraySlice<[Int]>) -> Color? {
        if parameter.count > 1 {
            if parameter[1] == 5, parameter.count > 2 { return Color(indexed: byte(parameter[2])) }
            guard parameter[1] == 2, parameter.count > 4 else { return nil }
            let parts = parameter.suffix(3).map(byte)
            return Color(red: parts[0], green: parts[1], blue: parts[2])
        }
        switch rest.popFirst()?[0] {
        case 5: return rest.popFirst().map { Color(indexed: byte($0[0])) }
        case 2:
            let parts = rest.prefix(3).map { byte($0[0]) }
            rest = rest.dropFirst(3)
            return parts.count == 3 ? Color(red: parts[0], green: parts[1], blue: parts[2]) : nil
        default: return nil
        }
    }

    private static func byte(_ number: Int) -> Int { max(0, min(number, 255)) }
}
