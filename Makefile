# Everything a person types. `make demo` and `make test` set the project up themselves.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help
help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(READY) ## Install what the project needs into .venv (uv when there, pip when not)

$(READY): requirements.lock pyproject.toml
	@.ci/setup $(VENV)
	@touch $@

.PHONY: demo
demo: $(READY) ## One district, three months, through real Airflow, on embedded PostgreSQL and SFTP
	@$(BIN)/exchange demo

.PHONY: up
up: $(READY) ## The same, left running on 127.0.0.1 until Ctrl-C
	@$(BIN)/exchange up

.PHONY: test
test: $(READY) ## The whole suite, on real PostgreSQL, SFTP and Airflow
	@$(BIN)/python -m pytest

.PHONY: check
check: $(READY) ## Format, lint, types, architecture, YAML, sizes
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/yamllint --strict .
	@$(BIN)/python .ci/sizes.py

.PHONY: bench
bench: $(READY) ## Measure the budgets of docs/architecture.md, as ratios within one run
	@$(BIN)/python -m benchmarks

.PHONY: lock
lock: ## Rewrite the locks (needs uv): Python 3.11 and later, hashes, no host
	@for set in "dev requirements.lock" "cluster docs/deploy/requirements.lock"; do \
	  uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet \
	    --extra $${set% *} pyproject.toml --output-file $${set#* }; \
	done

.PHONY: clean
clean: ## Remove what the demo and the tests left
	@if [ -x $(BIN)/exchange ]; then $(BIN)/exchange clean || true; fi
	@rm -rf .demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
