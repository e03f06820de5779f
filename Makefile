# The interpreter everything runs on; another one gets a virtual environment of its own: make test PYTHON=/usr/bin/python3.13
PYTHON = python3

ifeq ($(PYTHON),python3)
VENV := .venv
else
VENV := .venv-$(shell $(PYTHON) -c 'import sys; print("%d.%d%s" % (*sys.version_info[:2], sys.abiflags))' 2>/dev/null)
endif
BIN := $(VENV)/bin

# What is imported at every start, of aiohub and of the tests, is compiled once, whatever the user's shell says.
unexport PYTHONDONTWRITEBYTECODE

# Stamp files: a second `make` finds them younger than what they depend on, and does nothing.
DEMO_TOOLS := $(VENV)/.demo-tools
TEST_TOOLS := $(VENV)/.test-tools
INSTALLED := $(VENV)/.installed
PEER_TOOLS := $(VENV)/.peer-tools

# What the C shim and the Go library are made of.
COMPILED := $(wildcard python/aiohub/_shim/*.[ch] python/aiohub/_shim/*/*.[ch] engine/*.go engine/*/*.go engine/*/*.[ch]) engine/build engine/capi/exports.map go.mod

# What they become in the tree; the shim has a file for each interpreter.
ENGINE := python/aiohub/_engine.so
SHIM := $(VENV)/.shim
WITHOUT_ENGINE := $(filter 0,$(AIOHUB_ENGINE))$(filter-out Linux,$(shell uname -s))

PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Behind a list of packages: of a machine without network pip says that there is no such version.
FETCHED = || { echo 'aiohub: error: pip could not fetch the packages that are needed: is PyPI in reach, or another index in PIP_INDEX_URL?' >&2; exit 1; }

VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)$(addprefix +g,$(shell git rev-parse --short HEAD 2>/dev/null))
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

# Of all that `make build` makes, the runtime and what the demo imports. Go compiles while pip fetches: half of the time each.
.PHONY: demo demo-build
demo: demo-build  ## run an eventlet program and an asyncio program on one loop and say what happens
	PYTHONPATH=python $(BIN)/python examples/demo.py

demo-build: needs
	@$(MAKE) --no-print-directory --jobs=2 $(DEMO_TOOLS) $(if $(WITHOUT_ENGINE),,$(ENGINE))
	@$(if $(WITHOUT_ENGINE),:,$(MAKE) --no-print-directory $(SHIM))

.PHONY: build
build: $(INSTALLED) tool  ## make .venv with aiohub and its test tools, and bin/aiohub; PYTHON=... takes another interpreter

.PHONY: tool
tool: golang  ## make bin/aiohub, the porting tool, alone: it needs Go and no Python
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X aiohub/internal/commands/cli.Version=$(VERSION)' -o bin/aiohub ./cmd/aiohub

# Each suite is a process of its own and waits a good part of its time, so three run at once on two processors. Their
# output comes whole.
LOOPS := asyncio uvloop engine
SUITES := $(LOOPS:%=test-%) test-once test-go test-poll test-examples
# What the tests of these promises do is other without epoll: descriptors, forks, children, the end of a hub.
WITHOUT_EPOLL := progress stop threads fork child_processes hub_control hub_listeners hub_timers readiness descriptors_reused

.PHONY: test
test: build  ## everything CI runs but the peers: lint, tests on each loop and without epoll, documents, examples, the Go packages
	@$(MAKE) --no-print-directory --jobs=3 --keep-going --output-sync=target lint $(SUITES)

.PHONY: $(SUITES)
$(LOOPS:%=test-%): test-%: build
	$(BIN)/python -m pytest python/tests -m 'not once' --loop $*

# What does not depend on the loop: the documents, the tool's texts, aiohub.EventLoop alone.
test-once: build
	$(BIN)/python -m pytest python/tests -m once --loop engine

test-poll: build
	AIOHUB_POLLER=poll $(BIN)/python -m pytest $(WITHOUT_EPOLL:%=python/tests/test_%.py) --loop asyncio

test-examples: build
	$(BIN)/python -m pytest examples

# Go's own limit is ten minutes for a package, which cmd/aiohub passes on a machine that has much else to do.
test-go: golang
	go test -timeout 40m ./...
	go test -timeout 40m -tags invariants ./engine/...

# Each gets a virtual environment of its own. LOOPS=asyncio takes another loop.
test-pythons: PYTHONS = $(shell packaging/pythons)
test-pythons: LOOPS = engine

.PHONY: test-pythons
test-pythons:  ## the tests on aiohub's loop, with each CPython that is found: make test-pythons PYTHONS="/path/to/python3.13 ..."
	@for python in $(PYTHONS); do \
		echo "$$python"; \
		$(MAKE) --no-print-directory --keep-going PYTHON="$$python" $(LOOPS:%=test-%) || failed="$$failed $$python"; \
	done; test -z "$$failed" || { echo "aiohub: error: tests failed with$$failed" >&2; exit 1; }

# make peers PEERS=eventlet runs that suite alone.
PEERS := eventlet cpython uvloop aiohttp

.PHONY: peers
peers: build $(PEER_TOOLS)  ## run the tests of eventlet, CPython's asyncio, uvloop and aiohttp on aiohub, and compare
	$(BIN)/python peers/run.py $(PEERS:%=--suite %)

# Each cell is a process; all of them take some minutes. epolls is eventlet's own hub: what it does is right.
FORK_MATRICES := $(LOOPS:%=fork-matrix-%) fork-matrix-epolls

.PHONY: fork-matrix
fork-matrix: build  ## try everything the child of a fork may do in every situation before it, on each loop
	@$(MAKE) --no-print-directory --jobs=2 --keep-going --output-sync=target $(FORK_MATRICES)

.PHONY: $(FORK_MATRICES)
$(FORK_MATRICES): fork-matrix-%: build
	$(BIN)/python -W ignore python/tests/_fork_matrix.py $* all

# A virtual environment of their own: what the programs need is not what the tests of aiohub need.
E2E_VENV := $(abspath $(VENV))-e2e
E2E_TOOLS := $(E2E_VENV)/.tools

.PHONY: e2e
e2e: build $(E2E_TOOLS)  ## port programs of others with the tool, and run their own tests after each step: make e2e E2E=chewie
	$(E2E_VENV)/bin/python ports/run.py $(E2E)

$(E2E_TOOLS): requirements/e2e.txt | $(BIN)/python
	$(PYTHON) -m venv $(E2E_VENV)
	$(E2E_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements/e2e-build.txt
	$(E2E_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --requirement requirements/e2e.txt
	@touch $@

# A virtual environment of their own, as for e2e. The servers are Debian's: what is missing is named, and its rows are skipped.
SERVICES_VENV := $(abspath $(VENV))-services
SERVICES_TOOLS := $(SERVICES_VENV)/.tools

.PHONY: services
services: build $(SERVICES_TOOLS)  ## run programs with some 60 libraries against real servers, on five hubs, and write docs/services.md: make services ROWS="redis psycopg"
	$(SERVICES_VENV)/bin/python services/run.py --write $(ROWS)
	$(BIN)/python docs/_site/pictures.py

.PHONY: services-short
services-short: build $(SERVICES_TOOLS)  ## the same on aiohub's own loop, without the longest: fails where a cell is worse than in services/results.json
	$(SERVICES_VENV)/bin/python services/run.py --short $(ROWS)

$(SERVICES_TOOLS): $(wildcard requirements/services*.txt) | $(BIN)/python
	$(PYTHON) -m venv $(SERVICES_VENV)
	$(SERVICES_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile --only-binary :all: \
		--requirement requirements/services.txt
	rm -rf $(SERVICES_VENV)/newer
	$(SERVICES_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile --only-binary :all: \
		--target $(SERVICES_VENV)/newer --requirement requirements/services-newer.txt
	rm -rf $(SERVICES_VENV)/build
	$(SERVICES_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile --only-binary :all: \
		--target $(SERVICES_VENV)/build --requirement requirements/services-build.txt
	PYTHONPATH=$(SERVICES_VENV)/build $(SERVICES_VENV)/bin/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-build-isolation --require-hashes --requirement requirements/services-sdists.txt
	@touch $@

# In the same environment: API pages are made of what is installed. Sphinx needs Python 3.11 or newer.
DOCS_TOOLS := $(VENV)/.docs-tools

.PHONY: docs
docs: build $(DOCS_TOOLS)  ## make the documentation's site in build/site; a link that leads nowhere is an error
	$(BIN)/python docs/_site/build.py
	$(BIN)/python -m pytest -q -W ignore docs/_site

.PHONY: docs-serve
docs-serve: docs  ## show the site at http://127.0.0.1:8000
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory build/site 8000

$(DOCS_TOOLS): $(TEST_TOOLS) requirements/docs.txt
	$(PIP_INSTALL) --requirement requirements/docs.txt $(FETCHED)
	@touch $@

.PHONY: lint
lint: build  ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@test -z "$$(gofmt -l cmd engine internal packaging)" || { echo 'aiohub: error: not formatted: '$$(gofmt -l cmd engine internal packaging)'; gofmt -w does it' >&2; exit 1; }
	go vet ./...
	@for os in darwin windows; do GOOS=$$os CGO_ENABLED=0 go vet ./cmd/... ./internal/... || exit; done
	go run $(STATICCHECK) ./...
	@go run ./packaging/notices -check

.PHONY: bench
bench: build  ## measure side by side with eventlet's hubs, gevent, uvloop and rloop
	$(BIN)/python bench/run.py
	$(BIN)/python docs/_site/pictures.py

.PHONY: wheel
wheel: $(TEST_TOOLS) needs  ## build the source distribution and the wheels, and try each in an empty environment
	$(BIN)/python packaging/wheel.py dist

# A virtual environment of their own, as for e2e. PYTHONS are the interpreters that get an engine; make release says
# which version has none. From a tag; UNTAGGED=1 and INCOMPLETE=1 try it without, ONLY=linux-x86_64 makes a part.
RELEASE_VENV := $(abspath $(VENV))-release
RELEASE_TOOLS := $(RELEASE_VENV)/.tools
RELEASE = $(RELEASE_VENV)/bin/python packaging/release --pythons '$(PYTHONS)' \
	$(if $(UNTAGGED),--untagged) $(if $(INCOMPLETE),--incomplete) $(if $(ONLY),--only $(ONLY))
PYTHONS = $(PYTHON)

.PHONY: release
release: needs $(RELEASE_TOOLS)  ## make all packages of a tag in dist/: make release PYTHONS="python3.10 python3.11 ..."
	$(RELEASE) dist

.PHONY: release-check
release-check: needs $(RELEASE_TOOLS)  ## make them twice, in other places, and compare; install and use each: make release-check UNTAGGED=1
	$(RELEASE_VENV)/bin/python packaging/release/check.py --pythons '$(PYTHONS)' $(RELEASE)

$(RELEASE_TOOLS): requirements/release.txt | $(BIN)/python
	$(PYTHON) -m venv $(RELEASE_VENV)
	$(RELEASE_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
		--requirement requirements/release.txt
	@touch $@

.PHONY: bench-scan
bench-scan: tool  ## time scan on a tree, side by side with CPython's ast: make bench-scan TREE=...
	@test -d '$(TREE)' || { echo 'aiohub: error: bench-scan needs a tree: make bench-scan TREE=/path/to/project' >&2; exit 2; }
	$(PYTHON) bench/scan.py bin/aiohub '$(TREE)'

.PHONY: truth
truth: golang  ## compare scan with inventories made by other means: make truth TRUTH=... TREES=...
	@go run ./internal/program/scan/truth -bars -inventories '$(TRUTH)' -trees '$(TREES)'

.PHONY: coverage
coverage: tool  ## how much of real code `port` rewrites: make coverage TREES='path ...'
	@$(PYTHON) ports/coverage.py $(TREES)

.PHONY: oracle
oracle: tool  ## hold plan against libraries whose async twin says what became async; their source distributions are fetched and kept
	@go run ./internal/program/plan/oracle -aiohub bin/aiohub -python $(PYTHON)

# No redzones on the stack: greenlet copies slices of it. Not a thousand forks: each copies the sanitizer's tables.
SANITIZE := -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined --param asan-stack=0 \
	-fno-omit-frame-pointer -Werror
# Each file of the shim is used by some of these; they need few processes, which are dear here.
SANITIZED := $(patsubst python/tests/test_%.py,%,$(wildcard python/tests/test_loop*.py)) task_greenlets running_loop \
	green_gets_awaitables await_green_thread blocking_in_coroutines blocking_below_coroutines tasks_are_users local_data \
	green_calls socket_methods hub_timers hub_listeners hub_control readiness descriptors_reused poller kill cancel \
	timeout first_step

.PHONY: sanitize
sanitize: build  ## test what is written in C, with the shim under the address and undefined-behaviour sanitizers
	rm -rf build/sanitize
	CFLAGS='$(SANITIZE)' AIOHUB_ENGINE=1 \
		$(BIN)/python setup.py -q build --build-base build/sanitize --build-lib build/sanitize/lib
	PYTHONPATH=build/sanitize/lib PYTHONMALLOC=malloc ASAN_OPTIONS=replace_intrin=0:detect_leaks=0 \
		LD_PRELOAD="$$($(CC) -print-file-name=libasan.so) $$($(CC) -print-file-name=libubsan.so)" \
		$(BIN)/python -m pytest $(SANITIZED:%=python/tests/test_%.py) --loop engine -k 'not leaks and not thousand_forks'

.PHONY: rule
rule: golang  ## begin a rule: make rule CODE=AH123 NAME=what-it-finds; without them, write the list of rules and their pages
	@go run ./internal/rules/rule/generate $(if $(CODE),-code '$(CODE)' -name '$(NAME)')
	@go test ./internal/rules/rule/all -run PagesAreCurrent -update >/dev/null

.PHONY: ast
ast: golang  ## compare the parser with CPython's ast, node by node: make ast TREES=DIR:DIR PYTHON=python3.13
	AIOHUB_AST_TREES='$(TREES)' AIOHUB_AST_PYTHON='$(PYTHON)' go test -count=1 -timeout 1h -v -run SameTreeAsCPython ./internal/language/pysyntax

.PHONY: clean
clean:  ## remove what the other targets made
	rm -rf .venv .venv-* bin build dist .mypy_cache .ruff_cache .pytest_cache python/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# AIOHUB_ENGINE=1: an engine that does not build is an error. CFLAGS adds to what setup.py sets: here warnings are errors,
# in a user's build a newer compiler may have new ones.
$(INSTALLED): $(TEST_TOOLS) pyproject.toml setup.py $(COMPILED) | needs
	AIOHUB_ENGINE=$(or $(AIOHUB_ENGINE),1) CFLAGS='-Werror $(CFLAGS)' $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# Both stand for nothing that is made: they stop with the name of the package that is missing.
.PHONY: needs golang
needs:
	@PYTHON='$(PYTHON)' packaging/needs python venv $(if $(WITHOUT_ENGINE),,go cc headers)

golang:
	@packaging/needs go

# For the demo; make build has setup.py make them.
$(ENGINE): $(COMPILED)
	engine/build $@

$(SHIM): $(DEMO_TOOLS) $(ENGINE) setup.py
	AIOHUB_ENGINE=1 CFLAGS='-Werror $(CFLAGS)' $(BIN)/python setup.py -q build_ext --inplace
	@touch $@

$(DEMO_TOOLS): $(BIN)/python requirements/demo.txt
	$(PIP_INSTALL) --requirement requirements/demo.txt $(FETCHED)
	@touch $@

$(TEST_TOOLS): $(BIN)/python requirements/demo.txt requirements/test.txt
	$(PIP_INSTALL) --requirement requirements/test.txt $(FETCHED)
	@touch $@

$(PEER_TOOLS): $(TEST_TOOLS) requirements/peers.txt
	$(PIP_INSTALL) --requirement requirements/peers.txt $(FETCHED)
	@touch $@

# Depends on nothing: an environment is made once. `make clean` when the interpreter behind it has changed.
$(BIN)/python:
	@PYTHON='$(PYTHON)' packaging/needs python venv
	$(PYTHON) -m venv $(VENV)
