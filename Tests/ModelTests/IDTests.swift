import Model
import Testing

struct IDTests {
    private static let alphabet = Set("0123456789abcdefghjkmnpqrstvwxyz")

    @Test
    func anIDIs26CharactersThatMayBeAFileName() {
        for milliseconds in [0, 1, 1_747_656_000_000, 0xFFFF_FFFF_FFFF] as [Int64] {
            let id = Run.ID(at: Timestamp(milliseconds: milliseconds)).rawValue
            #expect(id.utf8.count == 26)
            #expect(id.allSatisfy(Self.alphabet.contains))
        }
    }

    @Test
    func idsSortByTheirTimeOfMaking() {
        var random = SeededGenerator(seed: 3)
        var instant: Int64 = 0
        var before = Run.ID(at: Timestamp(milliseconds: instant), using: &random)
        for _ in 0..<10_000 {
            instant += Int64.random(in: 1...(1 << 34), using: &random)
            let next = Run.ID(at: Timestamp(milliseconds: instant), using: &random)
            #expect(before.rawValue < next.rawValue)
            before = next
        }
    }

    @Test
    func idsOfOneMillisecondDiffer() {
        let instant = Timestamp(milliseconds: 1_747_656_000_000)
        let ids = Set((0..<50_000).map { _ in Run.ID(at: instant) })
        #expect(ids.count == 50_000)
        #expect(Set(ids.map { $0.rawValue.prefix(9) }).count == 1)
    }

    @Test
    func theFirstTenCharactersAreTheMillisecondsAsInAnULID() {
        let id = Run.ID(at: Timestamp(milliseconds: 1_469_918_176_385))
        #expect(id.rawValue.hasPrefix("01aryz6s41"))
    }
}
