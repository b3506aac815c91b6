# Everything that a newcomer, a developer and CI need. `make run` and `make test` install what is missing themselves.

SWIFT ?= swift
BUILD_FLAGS ?=
IMAGE_FLAGS ?= --network host
RELEASE = -c release --product

.PHONY: run build image test soak lint format clean benchmark

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

## Runs every test with small counts; one after the other, since many start programs of their own.
test:
	scripts/install-packages build test
	scripts/fetch-claude >/dev/null || [ "$$CI" != true ]
	$(SWIFT) build $(BUILD_FLAGS) --build-tests --explicit-target-dependency-import-check error
	$(SWIFT) test $(BUILD_FLAGS) --skip-build --disable-xctest --no-parallel

## Runs the same tests with the large counts.
soak:
	scripts/install-packages build test
	scripts/fetch-claude >/dev/null || [ "$$CI" != true ]
	$(SWIFT) build $(BUILD_FLAGS) --build-tests --explicit-target-dependency-import-check error
	CARETAKER_SOAK=1 $(SWIFT) test $(BUILD_FLAGS) --skip-build --disable-xctest --no-parallel

## Measures, with the floor in the same run; takes four minutes after the build.
benchmark: build
	scripts/install-packages benchmark
	$(SWIFT) build $(BUILD_FLAGS) $(RELEASE) TestAgent
	$(SWIFT) build $(BUILD_FLAGS) $(RELEASE) StoreBenchmark
	$(SWIFT) build $(BUILD_FLAGS) $(RELEASE) ServiceBenchmark
	$(SWIFT) build $(BUILD_FLAGS) $(RELEASE) ContainerBenchmark
	.build/release/StoreBenchmark
	CARETAKER_BIN_DIR=$(CURDIR)/.build/release .build/release/ServiceBenchmark
	CARETAKER_BIN_DIR=$(CURDIR)/.build/release .build/release/ContainerBenchmark

## Checks the format and the house rules that a machine can see.
lint:
	scripts/lint

## Formats every source file in place.
format:
	git ls-files -z '*.swift' | xargs -0 -r $(SWIFT) format --in-place --parallel

clean:
	rm -rf .build
