# Hooks, CI and hands call these and nothing else:  make run · test · nightly · check · bench · docs
#
#   make run                    a living district on http://127.0.0.1:8000    (PORT=8080 to change it)
#   make test                   every test, on SQLite and PostgreSQL          (RUNS="stories -- -k report" for some)
#   make nightly                200 crashes, 200 walks on each database       (CYCLES=20 SEEDS=20 DATABASES=sqlite)
#   make check                  format, lint, types, contracts, templates, migrations, docs, locks, messages
#   make bench                  figures, one JSON line each                   (PARTS="start_up" for some)
#   make docs                   write the generated pages anew
#   make pictures               take the pictures of docs anew
#
# Needs Python 3.11 or later, make and git; `test` needs Chromium too and says how to get it.

PYTHON ?= python3
PORT ?= 8000
RUNS ?=
PARTS ?=
CYCLES ?= 200
SEEDS ?= 200
FIRST ?= 0
DATABASES ?= sqlite postgres

BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help run test nightly check bench docs pictures lock base dev system messages \
        check-format check-lint check-types check-contracts check-templates check-migrations check-docs check-locks \
        check-messages

help:
	@sed -n '3,9s/^# *//p' Makefile

run: base messages
	@exec $(BIN)/sanhu serve --port $(PORT)

test: dev system messages
	@$(BIN)/python tools/run_tests.py $(RUNS)

nightly: dev messages
	@$(BIN)/python -m tests.crash --cycles $(CYCLES) --first $(FIRST) $(DATABASES:%=--database=%)
	@SEEDS=$(SEEDS) $(BIN)/python tools/run_tests.py $(DATABASES) -- -k the_laws_hold

bench: dev messages
	@$(BIN)/python -m benchmarks.run $(PARTS)

docs: dev messages
	@$(BIN)/python -m tools.docs write

pictures: dev system messages
	@$(BIN)/python -m pytest tests/stories/test_pictures.py -q -p no:cacheprovider
	@$(BIN)/python -m tools.pictures

check: check-format check-lint check-types check-contracts check-templates check-migrations check-docs check-locks \
       check-messages
	@echo "check: all of it holds"

check-format: dev
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --check .; exit 1; }

check-lint: dev
	@$(BIN)/ruff check --quiet .

check-types: dev
	@$(BIN)/mypy

check-contracts: dev
	@$(BIN)/lint-imports --no-cache >.venv/contracts.txt 2>&1 || { cat .venv/contracts.txt; exit 1; }

check-templates: dev
	@$(BIN)/djlint --lint --quiet src

check-migrations: dev
	@$(BIN)/sanhu makemigrations --check --dry-run --settings sanhu.config.settings.test

check-docs: dev messages
	@$(BIN)/python -m tools.docs check

check-locks: dev
	@$(BIN)/python tools/check_locks.py

check-messages: dev
	@$(BIN)/python tools/messages.py check

# --- what the targets above stand on -------------------------------------------------------------------------------

lock: dev
	@PYTHON=$(PYTHON) tools/lock.sh

base:
	@$(PYTHON) tools/environment.py base

dev:
	@$(PYTHON) tools/environment.py dev

system:
	@tools/system_packages.sh

messages: base
	@$(BIN)/python tools/messages.py compile
