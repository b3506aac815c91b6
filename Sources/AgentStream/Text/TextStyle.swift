/// How a terminal would draw a piece of text.
package struct TextStyle: Hashable, Sendable {
    /// One of the sixteen colours of a terminal: 0 to 7, and the bright ones from 8 on.
    package struct Color: Hashable, Sendable {
        package let number: UInt8

        package init(_ number: Int) { self.number = UInt8(max(0, min(number, 15))) }
    }

    /// Nil is the terminal's own.
    package var foreground: Color?
    package var background: Color?
    package var isBold = false
    package var isDim = false
    package var isItalic = false
    package var isUnderlined = false
    package var isInverse = false
    package var isStruck = false

    package init() {}

    package var isPlain: Bool { self == TextStyle() }

    /// The style, but never with text in the colour of its ground, which would hide it.
    var readable: TextStyle {
        guard foreground != nil, foreground == background else { return self }
        var style = self
        style.background = nil
        return style
    }
}

extension TextStyle.Color {
    private static let palette: [(Int, Int, Int)] = [
        (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
        (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
        (255, 255, 255),
    ]

    /// The nearest of the sixteen.
    init(red: Int, green: Int, blue: Int) {
        func distance(_ color: (Int, Int, Int)) -> Int {
            let (r, g, b) = (color.0 - red, color.1 - green, color.2 - blue)
            return r * r + g * g + b * b
        }
        self.init(Self.palette.indices.min { distance(Self.palette[$0]) < distance(Self.palette[$1]) } ?? 7)
    }

    /// A number of the 256 colours: the sixteen, a cube of six steps, and greys.
    init(indexed number: Int) {
        switch number {
        case ..<16: self.init(number)
        case 232...:
            let grey = 8 + 10 * min(number - 232, 23)
            self.init(red: grey, green: grey, blue: grey)
        default:
            let steps = [0, 95, 135, 175, 215, 255]
            let cube = number - 16
            self.init(red: steps[cube / 36 % 6], green: steps[cube / 6 % 6], blue: steps[cube % 6])
        }
    }
}
