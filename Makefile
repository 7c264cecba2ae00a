# `make` alone lists the targets. Each sets up its own virtual environment, so one command is enough on a fresh machine.
PYTHON ?= python3
VENV := .venv
comma := ,
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Packages from npm are fetched with the system's npm, or with one that comes from PyPI.
NPM := $(if $(shell command -v npm),,$(comma)npm)

.DEFAULT_GOAL := help

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*##/ {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev$(NPM)]'
	@touch $(READY)

test: $(READY) ## Run every test, on SQLite and on a real PostgreSQL; ARGS="-k plans" runs some
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

check: $(READY) ## Style, types and the architecture's contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) ## Measure turns, visits, planning and broadcasts, beside peers where there are any
	$(BIN)/python -m bench.turn
	$(BIN)/python -m bench.tick
	$(BIN)/python -m bench.plan
	$(BIN)/python -m bench.broadcast

chaos: $(READY) ## Kill, freeze and confuse workers through at least 100,000 deliveries
	$(BIN)/python -m tests.chaos

demo: $(READY) ## Try Sparri out on a page: three chats, a clock, and people who answer by themselves
	$(BIN)/python -m demo $(ARGS)

newcomer: $(READY) ## Do what a newcomer does: both of the README's commands, in a bare clone with an empty home
	$(BIN)/python -m tests.newcomer

run: $(READY) ## Serve on loopback for local tools (no tokens are checked)
	$(BIN)/python -m demo.run

clean: ## Remove the virtual environment and the caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: help test check bench chaos demo newcomer run clean
