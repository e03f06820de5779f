# The interpreter everything runs on; another one gets a virtual environment of its own: make test PYTHON=/usr/bin/python3.13
PYTHON = python3

ifeq ($(PYTHON),python3)
VENV := .venv
else
VENV := .venv-$(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
endif
BIN := $(VENV)/bin

# Stamp files: a second `make` finds them younger than what they depend on, and does nothing.
TEST_TOOLS := $(VENV)/.test-tools
INSTALLED := $(VENV)/.installed
PEER_TOOLS := $(VENV)/.peer-tools

PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help:
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: build  ## run an eventlet program and an asyncio program on one loop and say what happens
	$(BIN)/python examples/demo.py

.PHONY: build
build: $(INSTALLED)  ## make .venv with aiohub and its test tools; PYTHON=... takes another interpreter

.PHONY: test
test: lint  ## everything CI runs but the peers: lint, tests on the asyncio loop and on uvloop, documents, examples
	$(BIN)/python -m pytest python/tests --loop asyncio
	$(BIN)/python -m pytest python/tests --loop uvloop
	$(BIN)/python -m pytest examples

.PHONY: peers
peers: build $(PEER_TOOLS)  ## run the tests of eventlet, CPython's asyncio, uvloop and aiohttp on aiohub, and compare
	$(BIN)/python peers/run.py

.PHONY: lint
lint: build  ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.PHONY: bench
bench: build  ## measure side by side with eventlet's hubs, gevent, uvloop and rloop
	$(BIN)/python bench/run.py

.PHONY: clean
clean:  ## remove what the other targets made
	rm -rf .venv .venv-* build .mypy_cache .ruff_cache .pytest_cache python/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): $(TEST_TOOLS) pyproject.toml
	$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(TEST_TOOLS): $(BIN)/python requirements/test.txt
	$(PIP_INSTALL) --requirement requirements/test.txt
	@touch $@

$(PEER_TOOLS): $(TEST_TOOLS) requirements/peers.txt
	$(PIP_INSTALL) --requirement requirements/peers.txt
	@touch $@

# Depends on nothing: an environment is made once. `make clean` when the interpreter behind it has changed.
$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || \
		{ echo 'aiohub: error: $(PYTHON) is missing; on Debian: apt-get install $(notdir $(PYTHON))' >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
		{ echo 'aiohub: error: $(PYTHON) is too old, Python 3.10 or newer is needed; give one with PYTHON=/path/to/python' >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo 'aiohub: error: $(PYTHON) cannot make virtual environments; on Debian: apt-get install $(notdir $(PYTHON))-venv' >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
