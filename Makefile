# Everything that a newcomer, a developer and CI need. `make run` and `make test` install what is missing themselves.

SWIFT ?= swift
BUILD_FLAGS ?=
IMAGE_FLAGS ?= --network host
# With Swift's library inside, so that the programs run where no Swift is.
RELEASE = -c release --static-swift-stdlib --product
PACKAGE_CONFIGURATION ?= release
# What was built is told by the service's metrics; what differs from the commit is told as well.
export CARETAKER_REVISION ?= $(shell git describe --always --abbrev=12 --dirty --exclude '*' 2>/dev/null || echo unknown)
PEERS = .build/peers/bin

.PHONY: run build image deb test soak lint format clean benchmark

## Builds Caretaker quickly, without optimisation, and starts it with a demo agent, a demo repository and a first run.
run:
	scripts/install-packages build
	$(SWIFT) build $(BUILD_FLAGS) --product caretaker
	$(SWIFT) build $(BUILD_FLAGS) --product caretaker-executor
	$(SWIFT) build $(BUILD_FLAGS) --product caretaker-demo-agent
	scripts/demo .build/debug

## Builds the three programs with optimisation, into .build/release.
build:
	scripts/install-packages build
	$(SWIFT) build $(BUILD_FLAGS) $(RELEASE) caretaker
	$(SWIFT) build $(BUILD_FLAGS) $(RELEASE) caretaker-executor
	$(SWIFT) build $(BUILD_FLAGS) $(RELEASE) caretaker-demo-agent

## Builds the image that runs are carried out in, with docker or podman as DOCKER_HOST says; see `caretaker image build`.
image: build
	scripts/install-packages image
	scripts/image-base
	.build/release/caretaker image build $(IMAGE_FLAGS)

## Makes the Debian package in .build/package, of the optimised programs; `PACKAGE_CONFIGURATION=debug` takes those that
## the tests were built with, as they are.
deb: $(if $(filter release,$(PACKAGE_CONFIGURATION)),build)
	scripts/install-packages package
	packaging/build .build/$(PACKAGE_CONFIGURATION) .build/package

## Runs every test with small counts; one after the other, since many start programs of their own.
test:
	scripts/install-packages build test
	scripts/fetch-claude >/dev/null || [ "$$CI" != true ]
	scripts/fetch-schemathesis >/dev/null || [ "$$CI" != true ]
	scripts/fetch-axe >/dev/null || [ "$$CI" != true ]
	$(SWIFT) build $(BUILD_FLAGS) --build-tests --explicit-target-dependency-import-check error
	scripts/run-tests $$($(SWIFT) build $(BUILD_FLAGS) --show-bin-path)/caretakerPackageTests.xctest

## Runs the same tests with the large counts.
soak:
	scripts/install-packages build test
	scripts/fetch-claude >/dev/null || [ "$$CI" != true ]
	scripts/fetch-schemathesis >/dev/null || [ "$$CI" != true ]
	scripts/fetch-axe >/dev/null || [ "$$CI" != true ]
	$(SWIFT) build $(BUILD_FLAGS) --build-tests --explicit-target-dependency-import-check error
	CARETAKER_SOAK=1 scripts/run-tests $$($(SWIFT) build $(BUILD_FLAGS) --show-bin-path)/caretakerPackageTests.xctest

## Measures, with the floor or a peer in the same run; takes a quarter of an hour after the build. The peers of the
## schedules are Python packages, in a virtual environment below .build.
benchmark: build
	scripts/install-packages benchmark package
	$(SWIFT) build $(BUILD_FLAGS) $(RELEASE) TestAgent
	$(SWIFT) build $(BUILD_FLAGS) $(RELEASE) StoreBenchmark
	$(SWIFT) build $(BUILD_FLAGS) $(RELEASE) ServiceBenchmark
	$(SWIFT) build $(BUILD_FLAGS) $(RELEASE) ContainerBenchmark
	$(SWIFT) build $(BUILD_FLAGS) $(RELEASE) CronBenchmark
	$(SWIFT) build $(BUILD_FLAGS) $(RELEASE) ScheduleBenchmark
	$(SWIFT) build $(BUILD_FLAGS) $(RELEASE) MetricsBenchmark
	$(SWIFT) build $(BUILD_FLAGS) $(RELEASE) PackageBenchmark
	$(SWIFT) build $(BUILD_FLAGS) $(RELEASE) TranscriptBenchmark
	$(SWIFT) build $(BUILD_FLAGS) $(RELEASE) PageBenchmark
	[ -x $(PEERS)/pip ] || python3 -m venv .build/peers
	$(PEERS)/pip install -q cronsim croniter 'apscheduler<4' sqlalchemy
	.build/release/StoreBenchmark
	CARETAKER_BIN_DIR=$(CURDIR)/.build/release .build/release/ServiceBenchmark
	CARETAKER_BIN_DIR=$(CURDIR)/.build/release .build/release/ContainerBenchmark
	.build/release/CronBenchmark $(PEERS)/python
	.build/release/ScheduleBenchmark
	$(PEERS)/python Benchmarks/ScheduleBenchmark/peers.py 1 1000 10000
	.build/release/MetricsBenchmark
	packaging/build .build/release .build/package
	.build/release/PackageBenchmark .build/package/caretaker_*.deb
	.build/release/TranscriptBenchmark
	CARETAKER_BIN_DIR=$(CURDIR)/.build/release .build/release/PageBenchmark

## Checks the format and the house rules that a machine can see.
lint:
	scripts/lint

## Formats every source file in place.
format:
	git ls-files -z '*.swift' | xargs -0 -r $(SWIFT) format --in-place --parallel

clean:
	rm -rf .build
