# Everything installs what it needs: a clone and one of these commands is enough.
SHELL := /bin/bash
# A check whose output is cut must still be able to fail.
.SHELLFLAGS := -e -o pipefail -c
PYTHON ?= python3
BIN := .venv/bin
# At least two, so that tests which share something by accident are found.
WORKERS := $(shell n=$$(nproc); echo $$((n < 2 ? 2 : n > 8 ? 8 : n)))
MINUTES ?= 10
export PYTHON

PYTEST := $(BIN)/pytest -n $(WORKERS) --dist worksteal
NOT_FAST := wiki or browser or postgres or mariadb or slow

SOAKED := $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY)) $(if $(RESUME),--resume)

# What the packages check of themselves: words after `withcare`, joined by a colon.
OWN_CHECKS := policies:check

# The breaks that the soak has to find.
PLANTED := tests/soak/test_soak.py::test_a_planted_break_is_found

.DEFAULT_GOAL := help
.PHONY: help demo test breaks check bench soak locks

help: ## Show what can be done
	@echo "withcare: shared as far as those concerned have said, and no further."
	@echo
	@sed -En 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 15

demo: .venv/.demo ## The whole way of real records, on a local MediaWiki (ONCE=1: then stop)
	@tools/debian_packages.sh demo \
	  || echo "MediaWiki is not installed: pages will be written to a folder instead."
	@$(BIN)/withcare demo $(if $(ONCE),--once)

ifdef FAST
test: .venv/.test ## All tests on real servers (FAST=1: without them, in a few minutes)
	@$(PYTEST) -m "not ($(NOT_FAST))"
else
test: .venv/.test
	@tools/debian_packages.sh test
	@$(PYTEST)
endif

breaks: .venv/.test ## Break every promise once, to see its test fail (some minutes)
	@tools/debian_packages.sh test
	@WITHCARE_BREAKS=all $(PYTEST) tests/breaks $(PLANTED)

check: .venv/.test ## Style, types, import contracts, locks, data, pages and rules
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy --no-error-summary
	$(BIN)/lint-imports --no-logo | tail -n 1
	$(BIN)/python tools/locks.py
	$(BIN)/python -m tools.data
	$(BIN)/python tools/pages.py
	$(BIN)/python -m tests.breaks
	$(foreach words,$(OWN_CHECKS),$(BIN)/withcare $(subst :, ,$(words)) &&) true

bench: .venv/.test ## Measure; prints a table and writes build/bench.json (ONLY=name)
	@$(BIN)/python -m tests.bench $(if $(ONLY),--only $(ONLY))

soak: .venv/.test ## Try the promises by the thousand (MINUTES=10, SEED=, ONLY=, RESUME=1)
	@tools/debian_packages.sh test
	@$(BIN)/python -m tests.soak --minutes $(MINUTES) $(SOAKED)

locks: .venv/.test ## Write requirements/*.lock anew (LOCK_OPTIONS=--upgrade)
	@tools/lock.sh $(LOCK_OPTIONS)

# A stamp is written last, so that whatever was interrupted is done again.
.venv/.demo: requirements/web.lock requirements/bot.lock
.venv/.test: requirements/test.lock
.venv/.demo .venv/.test: pyproject.toml tools/virtualenv.sh
	@tools/virtualenv.sh $(filter %.lock,$^)
	@touch $@
