// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    .define("FAILPOINTS", .when(configuration: .debug)),
]

// Set by the Makefile and by packages. SwiftPM knows the commit too, but keeps what it knew of it in its cache.
let revision = Context.environment["CARETAKER_REVISION"] ?? "unknown"

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncAlgorithms = Target.Dependency.product(name: "AsyncAlgorithms", package: "swift-async-algorithms")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioExtras = Target.Dependency.product(name: "NIOExtras", package: "swift-nio-extras")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "caretaker",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "caretaker", targets: ["Caretaker"]),
        .executable(name: "caretaker-executor", targets: ["ExecutorServer"]),
        .executable(name: "caretaker-demo-agent", targets: ["DemoAgent"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    ],
    targets: [
        // The ground floor: imports none of ours, except that Model may import AgentStream.
        .target(name: "AgentStream"),
        .target(name: "Model", dependencies: ["AgentStream"]),
        .target(name: "Cron", path: "Sources/Scheduler/Cron"),
        .target(name: "ExecutorAPI", path: "Executor/ExecutorAPI"),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "Curl", dependencies: ["CCurl"]),
        .systemLibrary(name: "CLinux"),
        .target(name: "CBuild", cSettings: [.define("CARETAKER_REVISION", to: "\"\(revision)\"")]),
        .target(name: "OpsMetrics", dependencies: [coreMetrics], path: "Sources/Metrics"),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .target(name: "Journal", dependencies: ["CSystemd", logging]),

        // The service.
        .target(name: "Store", dependencies: ["Model", "OpsMetrics", grdb, grdbSQLite, deque, serviceLifecycle]),
        .target(
            name: "Repositories",
            dependencies: ["Model", "OpsMetrics", subprocess, systemPackage, logging, crypto]
        ),
        .target(
            name: "Executors",
            dependencies: [
                "Model", "ExecutorAPI", "Curl", "CLinux", "OpsMetrics", subprocess, systemPackage, logging,
            ]
        ),
        .target(
            name: "Scheduler",
            dependencies: [
                "Model", "Store", "Cron", "Repositories", "AgentStream", "CLinux", logging, serviceLifecycle,
                asyncAlgorithms, heap,
            ],
            exclude: ["Cron"]
        ),
        .target(name: "CWebAssets", path: "Sources/Server/Web/Assets", exclude: ["files"]),
        .target(
            name: "Server",
            dependencies: [
                "Model", "Store", "Cron", "AgentStream", "OpsMetrics", "CWebAssets", mustache, hummingbird, httpTypes,
                nioCore, nioPosix, nioExtras, nioHTTPTypes, logging, serviceLifecycle, asyncAlgorithms, crypto,
            ],
            exclude: ["Web/Assets"]
        ),
        .target(
            name: "Notify",
            dependencies: ["Model", "Store", "Curl", "OpsMetrics", crypto, logging, serviceLifecycle]
        ),
        .executableTarget(
            name: "Caretaker",
            dependencies: [
                "Model", "Store", "Cron", "Repositories", "Executors", "Scheduler", "Server", "Notify", "Curl",
                "AgentStream", "CLinux", "CBuild", "OpsMetrics", "Journal",
                argumentParser, configuration, coreMetrics, logging, serviceLifecycle, unixSignals, systemPackage, yams,
            ]
        ),

        // Inside the instance.
        .executableTarget(
            name: "ExecutorServer",
            dependencies: [
                "ExecutorAPI", "AgentStream", "CLinux", argumentParser, hummingbird, httpTypes, nioCore, logging,
                serviceLifecycle, subprocess, systemPackage,
            ],
            path: "Executor/ExecutorServer"
        ),
        .executableTarget(
            name: "DemoAgent",
            dependencies: ["AgentStream", subprocess, systemPackage],
            path: "Executor/DemoAgent"
        ),

        // Tests.
        .target(
            name: "TestSupport",
            dependencies: [
                "Model", "Curl", "CLinux", "AgentStream", hummingbird, httpTypes, nioCore, logging, serviceLifecycle,
                subprocess,
                systemPackage, grdb,
            ],
            path: "Tests/TestSupport",
            exclude: ["SystemdMachine/systemd-image"]
        ),
        .executableTarget(name: "TestAgent", path: "Tests/TestAgent"),
        .testTarget(name: "AgentStreamTests", dependencies: ["AgentStream"], resources: [.copy("Fixtures")]),
        .testTarget(name: "CurlTests", dependencies: ["Curl"]),
        .testTarget(
            name: "RepositoriesTests",
            dependencies: [
                "Repositories", "Model", "OpsMetrics", "TestSupport", subprocess, systemPackage, logging,
            ]
        ),
        .testTarget(name: "ModelTests", dependencies: ["Model", "AgentStream"]),
        .testTarget(
            name: "OpsMetricsTests",
            dependencies: ["OpsMetrics", "Model", coreMetrics],
            exclude: ["parse.py"]
        ),
        .executableTarget(
            name: "JournalProbe",
            dependencies: ["Journal", logging],
            path: "Tests/JournalTests/Probe"
        ),
        .testTarget(
            name: "JournalTests",
            dependencies: ["Journal", "JournalProbe", "TestSupport", logging],
            exclude: ["Probe"]
        ),
        .testTarget(name: "CronTests", dependencies: ["Cron"], exclude: ["Differential"]),
        .testTarget(
            name: "StoreTests",
            dependencies: ["Store", "Model", "AgentStream", "OpsMetrics", "TestSupport", grdb]
        ),
        .testTarget(
            name: "SchedulerTests",
            dependencies: [
                "Scheduler", "Store", "Cron", "Repositories", "Model", "AgentStream", "TestSupport", logging,
                serviceLifecycle,
            ]
        ),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Server", "Store", "Cron", "Model", "AgentStream", "OpsMetrics", "Curl", "TestSupport", logging,
                serviceLifecycle,
            ],
            resources: [.copy("Fixtures")]
        ),
        .testTarget(
            name: "ExecutorServerTests",
            dependencies: ["ExecutorAPI", "ExecutorServer", "Curl", "TestSupport", "TestAgent"]
        ),
        .testTarget(
            name: "ExecutorsTests",
            dependencies: [
                "Executors", "Model", "ExecutorAPI", "Curl", "AgentStream", "OpsMetrics", "TestSupport", hummingbird,
                httpTypes, nioCore, logging,
            ],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "NotifyTests",
            dependencies: [
                "Notify", "Store", "Model", "Curl", "OpsMetrics", "AgentStream", "TestSupport", logging,
                serviceLifecycle,
            ]
        ),
        .testTarget(
            name: "CaretakerTests",
            dependencies: [
                "Caretaker", "Model", "Notify", "Server", "Store", "AgentStream", argumentParser, logging, yams,
            ]
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "TestSupport", "AgentStream", "Caretaker", "Curl", "ExecutorServer", "DemoAgent", "TestAgent",
            ],
            exclude: [
                "Package/restart-load.py", "Documents/stand-in", "Documents/hooks.py", "Documents/requirements.txt",
                "Documents/schemathesis.toml",
            ]
        ),

        // Benchmarks.
        .executableTarget(
            name: "StoreBenchmark",
            dependencies: ["Store", "Model", "AgentStream", "Server", "OpsMetrics", "Journal", grdb, logging],
            path: "Benchmarks/StoreBenchmark"
        ),
        .executableTarget(
            name: "ServiceBenchmark",
            dependencies: ["TestSupport", "AgentStream", "CLinux"],
            path: "Benchmarks/ServiceBenchmark"
        ),
        .executableTarget(
            name: "CronBenchmark",
            dependencies: ["Cron"],
            path: "Benchmarks/CronBenchmark",
            exclude: ["peers.py"]
        ),
        .executableTarget(
            name: "ScheduleBenchmark",
            dependencies: ["Scheduler", "Store", "Cron", "Model", logging, serviceLifecycle],
            path: "Benchmarks/ScheduleBenchmark",
            exclude: ["peers.py"]
        ),
        .executableTarget(
            name: "MetricsBenchmark",
            dependencies: ["OpsMetrics", "Server", "Store", "Model"],
            path: "Benchmarks/MetricsBenchmark",
            exclude: ["peer.py"]
        ),
        .executableTarget(
            name: "TranscriptBenchmark",
            dependencies: ["AgentStream"],
            path: "Benchmarks/TranscriptBenchmark"
        ),
        .executableTarget(
            name: "ContainerBenchmark",
            dependencies: ["Executors", "Model", "Curl", "TestSupport", logging],
            path: "Benchmarks/ContainerBenchmark"
        ),
        .executableTarget(
            name: "PageBenchmark",
            dependencies: ["TestSupport", "AgentStream"],
            path: "Benchmarks/PageBenchmark"
        ),
        .executableTarget(name: "PackageBenchmark", dependencies: ["TestSupport"], path: "Benchmarks/PackageBenchmark"),
    ]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = strict
}
