# Plush: `make help` lists the targets. Each does its own set-up; on a fresh machine `make demo` and `make test` are enough.

SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := node_modules/.bin
TSC := node_modules/typescript-7/bin/tsc
STATE := .make

# Native modules are built against the headers that came with Node, where they did: no download is needed then.
NODE_PREFIX := $(shell node -p 'path.dirname(path.dirname(fs.realpathSync(process.execPath)))' 2>/dev/null)
ifneq ($(wildcard $(NODE_PREFIX)/include/node/node.h),)
export npm_config_nodedir := $(NODE_PREFIX)
endif

SOURCES := $(shell find cmd pkg schemas -type f -not -name '*.test.ts' 2>/dev/null)
# These are told of trees too, where nobody asks for more (TREE=2).
TREE_STORIES := $(addprefix test/e2e/,replacement fail-static)
VITEST := $(BIN)/vitest run --reporter=default --reporter=json

.PHONY: help
help: ## Lists the targets.
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STATE)/node_modules: package.json package-lock.json
	@command -v node >/dev/null || { echo "error: Node.js 20.19 or newer is needed: https://nodejs.org" >&2; exit 1; }
	@command -v c++ >/dev/null || { echo "error: a C++ compiler is needed (Debian: apt-get install g++ make python3)" >&2; exit 1; }
	npm ci --no-audit --no-fund --loglevel=error
	@mkdir -p $(STATE) && touch $@

.PHONY: build
build: bin/plush ## Builds bin/plush and the agent's bundle.

bin/plush: $(STATE)/node_modules $(SOURCES) cmd/bundle.mjs
	node cmd/bundle.mjs
	@touch $@

.PHONY: client
client: $(STATE)/node_modules ## Makes the npm package of the client: dist/plush-client-VERSION.tgz.
	node cmd/bundle.mjs client

.PHONY: demo
demo: build ## Runs the main job on this computer: deploy, lose a machine, see it replaced, clean up.
	bin/plush demo

.PHONY: generate
generate: $(STATE)/node_modules ## Makes types, validators, OpenAPI and reference pages from schemas/.
	node cmd/bundle.mjs schemagen
	node dist/schemagen.mjs

.PHONY: docs
docs: build ## Writes docs/kubectl.md from a run of kubectl's oldest and newest version here.
	KUBECTL_DOCS=write $(BIN)/vitest run --project integration test/integration/kubectl/script

.PHONY: lint
lint: $(STATE)/node_modules ## Format, types, layers, dead code, stale generated files, behaviours without a test.
	$(BIN)/biome check --error-on-warnings .
	$(TSC) -p .
	$(TSC) -p pkg/console
	node test/lint/layers.mjs
	node test/lint/behaviours.mjs
	$(BIN)/knip --no-progress
	node cmd/bundle.mjs schemagen && node dist/schemagen.mjs --check

.PHONY: format
format: $(STATE)/node_modules ## Formats the sources and mends what can be mended.
	$(BIN)/biome check --write .

.PHONY: lockfile
lockfile: ## Writes package-lock.json anew, complete for all platforms.
	npm install --package-lock-only --ignore-scripts --no-audit --no-fund
	node cmd/complete-lockfile.mjs

.PHONY: deps
deps: ## Installs the programs that the full tests need (Debian; starts no service).
	test/support/install-deps.sh

.PHONY: bench-deps
bench-deps: ## Installs besides what the benchmarks compare with: wrk, Ansible, ClusterShell, pdsh.
	test/support/install-deps.sh bench

.PHONY: test
test: build ## Unit and integration tests (at most 10 minutes).
	$(VITEST) --outputFile.json=$(STATE)/test.json --project unit --project integration

.PHONY: e2e
e2e: build ## Stories on emulated hosts with their own SSH servers (root, Linux; at most 30 minutes). TREE=2: pools are trees of that fan-out.
ifdef TREE
	TESTBED_TREE=$(TREE) $(VITEST) --outputFile.json=$(STATE)/e2e-tree.json --no-file-parallelism --project e2e
else
	$(VITEST) --outputFile.json=$(STATE)/e2e.json --no-file-parallelism --project e2e
	TESTBED_TREE=2 $(VITEST) --outputFile.json=$(STATE)/e2e-tree.json --no-file-parallelism --project e2e $(TREE_STORIES)
endif

.PHONY: bench
bench: build ## Measures against the references of docs/benchmarks.md.
	node cmd/bundle.mjs bench && node cmd/bundle.mjs hollow
	node dist/bench.mjs $(BENCH)

.PHONY: soak
soak: build ## 100,000 odd requests (FUZZ_REQUESTS, FUZZ_SEED), an hour of simulated worlds (SIMULATION_MINUTES, SIMULATION_SEED), then ten minutes of faults that overlap (SOAK_MINUTES, SOAK_SEED) and thirty of lost packets (LOSS_MINUTES).
	node cmd/bundle.mjs fuzz
	node dist/fuzz.mjs
	node cmd/bundle.mjs simulation
	node dist/simulation.mjs
	node cmd/bundle.mjs soak
	node dist/soak.mjs

.PHONY: clean
clean: ## Removes what was built.
	rm -rf bin dist $(STATE) coverage
