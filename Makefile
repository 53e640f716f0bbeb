# Everything that a person or CI does here. `make help` lists it.
#
# One release build (what runs, what the browser tests drive, what is weighed) and one development build (lints and
# Rust tests). Rust is left to cargo, which knows what changed; the browser side is kept by the two stamps below. In which
# order everything runs, and what beside what, is in scripts/suite.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# On CI the lock file is the truth; at a desk cargo may extend it.
LOCKED := $(if $(CI),--locked)
# On CI nothing is built twice, so keeping the increments only costs time and disk. And nothing is built for lints alone: the
# tests' own build lints as it compiles.
ifdef CI
export CARGO_INCREMENTAL := 0
LINTING := RUSTC_WORKSPACE_WRAPPER=$(CURDIR)/scripts/with-lints
endif
# Where everything was built with the features of everything, cargo would build some of it again for this one program.
XTASK := $(if $(CI),target/debug/xtask,cargo xtask)
export PATH := $(CURDIR)/target/tools/bin:$(PATH)

# Much of a test is waiting, for another process or a database.
PROCESSORS := $(shell getconf _NPROCESSORS_ONLN)
THREADS := $(shell echo $$((2 * $(PROCESSORS))))
export NEXTEST_TEST_THREADS := $(THREADS)
export RUST_TEST_THREADS := $(THREADS)

# Folders count too: a file that was removed leaves its trace in the folder's time.
UI_SOURCES := $(shell find ui -mindepth 1 \( -path ui/node_modules -o -path ui/dist -o -path ui/test-output \) -prune -o -print)
UI_INSTALLED := ui/node_modules/.installed
UI_BUILT := ui/dist/.built

CONFORMANCE := target/conformance
# Cases of each operation and phase.
EXAMPLES := 50

FUZZ_TARGETS := query path headers body
# How long each of them runs.
SECONDS_EACH := 8

.PHONY: help setup setup-build setup-check setup-test setup-conformance ui build run check fmt lint deps \
  ui-check test test-rust e2e attack conformance conformance-long fuzz generated examples release-fixture sizes clean

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | column -t -s '|'

setup: ## install what building and testing need (as root), or name what is missing
	@scripts/setup build check test

setup-build:
	@scripts/setup build

setup-check:
	@scripts/setup build check

setup-test:
	@scripts/setup build test

ui: $(UI_BUILT) ## build the browser side

# Not `npm ci`: it refuses a lock file without the optional packages of other platforms, which npm itself writes when a
# registry does not carry them. Versions and checksums are the lock file's all the same, and `--no-save` leaves it alone.
$(UI_INSTALLED): ui/package.json ui/package-lock.json | setup-build
	cd ui && npm install --no-save --no-audit --no-fund
	touch $@

$(UI_BUILT): $(UI_INSTALLED) $(UI_SOURCES)
	cd ui && npm run build
	touch $@

build: setup-build $(UI_BUILT) ## build target/release/sahod
	cargo build --release $(LOCKED) --package sahod-server

run: build ## build and start `sahod dev`; ARGS="--port 9000" adds to it
	./target/release/sahod dev $(ARGS)

fmt:
	cargo fmt --all --check

# The embedded browser side has to exist before the crate that embeds it compiles.
lint: $(UI_BUILT)
ifdef CI
	$(LINTING) cargo build $(LOCKED) --workspace --all-targets --all-features
else
	cargo clippy --workspace --all-targets --all-features -- --deny warnings
endif
	$(XTASK) check
	$(XTASK) documents --check

# Advisories are left out: they need a database from the network, and would fail a build that changed nothing.
deps: setup-check
	cargo deny $(LOCKED) --all-features check --hide-inclusion-graph bans licenses sources
	cargo machete --skip-target-dir

ui-check: $(UI_BUILT)
	cd ui && npm run check && npm run size

check: setup-check fmt lint deps ui-check ## formatting, lints, rooms, dependencies, browser unit tests and sizes

# The name of a crate's folder: only its tests run, with its own features.
ROOM :=
TESTED := $(if $(ROOM),--package sahod-$(ROOM),--workspace) --all-features

# nextest runs no documentation tests, so they follow; plain `cargo test` holds both. A crate without a library has none.
test-rust: setup-test $(UI_BUILT)
	if cargo nextest --version >/dev/null 2>&1; then \
	  $(LINTING) scripts/with-postgres cargo nextest run $(LOCKED) $(TESTED) --no-fail-fast; \
	  [[ -n "$(ROOM)" && ! -e crates/$(ROOM)/src/lib.rs ]] || $(LINTING) cargo test $(LOCKED) $(TESTED) --doc --quiet; \
	else \
	  $(LINTING) scripts/with-postgres cargo test $(LOCKED) $(TESTED) --no-fail-fast; \
	fi

sizes: build $(if $(CI),lint) ## hold the binary against its budget
	$(XTASK) sizes

# The scripts have no packages of their own: playwright-core comes out of ui/node_modules.
e2e: setup-test build ## drive the built program in a real browser
	if [[ -e e2e/run.mjs ]]; then node e2e/run.mjs; else echo "no e2e/run.mjs, no browser tests"; fi

attack: build ## attack the built program, while an honest client of it goes on
	node attack/run.mjs

$(CONFORMANCE)/.installed: conformance/requirements.txt | setup-test
	python3 -m venv $(CONFORMANCE)
	$(CONFORMANCE)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

setup-conformance: $(CONFORMANCE)/.installed

conformance: setup-conformance build ## hold the built program against the contract, by clients of others
	$(CONFORMANCE)/bin/python -B conformance/run.py --examples $(EXAMPLES)

conformance-long: EXAMPLES := 2000
conformance-long: conformance ## the same for hours

test: setup-build ## everything that CI runs; ONLY=store, ui, e2e, attack, conformance, fuzz: what that room has
	@ONLY="$(ONLY)" node scripts/suite/run.mjs

# Our own crates are built a second time, with instruments. What they stand on is the development build's, as long as the
# features are the whole workspace's and those that tests add, which cargo looks at for an example, too.
fuzz: setup-build $(UI_BUILT) ## try requests that nobody thought of, for SECONDS_EACH on each target
	RUSTC_WORKSPACE_WRAPPER=$(CURDIR)/scripts/with-coverage \
	  cargo build $(LOCKED) --target-dir target --workspace --all-features $(FUZZ_TARGETS:%=--bin %) --example nothing
	mkdir -p $(FUZZ_TARGETS:%=target/fuzz/%)
	printf '%s\n' $(FUZZ_TARGETS) | xargs -P $(PROCESSORS) -I TARGET \
	  env target/debug/TARGET target/fuzz/TARGET fuzz/corpus/TARGET \
	  -seed=1 -max_total_time=$(SECONDS_EACH) -max_len=4096 -timeout=20 -rss_limit_mb=2048 \
	  -artifact_prefix=target/fuzz/ -print_final_stats=1 -verbosity=0

generated: $(UI_INSTALLED) ## write anew what is generated from the code: the Link API's document and the widget's types
	cargo xtask documents
	cd ui && npm run generate

examples: $(UI_BUILT) ## record the examples in the API's description anew
	SAHOD_RECORD_EXAMPLES=1 cargo test $(LOCKED) --package sahod-api --test it \
	  the_server_answers_as_in_the_examples::sqlite

# Only once the version is that of the release and everything else is in it; what is there already is never made anew.
release-fixture: setup $(UI_BUILT) ## keep what this version leaves behind, for all later versions to open
	SAHOD_KEEP_RELEASE=1 scripts/with-postgres cargo test $(LOCKED) --package sahod-server --test it \
	  what_this_version_leaves_is_opened

clean: ## remove what was built
	cargo clean
	rm -rf ui/dist ui/test-output test-output
