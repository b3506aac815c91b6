import TestSupport
import Testing

/// The Debian package, made of the programs under test.
@Suite(
    .serialized,
    .timeLimit(.minutes(10)),
    .enabled(if: BuiltPackage.isWanted, "run scripts/install-packages test")
)
struct PackageTests {}
