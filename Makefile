# Everything a developer types. Only Python 3.11 or newer and make are needed; each target builds what it lacks.
# The first one that runs and is new enough: a name on the path may be a stand-in for a version that is not there.
PYTHON := $(shell for name in python3 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$$name" && break; done)
PORT ?= 8000

# Tests start many processes, and each would compile all that it reads.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help environment run test test-suite coverage test-browser soak lint load bench bench-growth bench-more icons states bootstrap screenshots clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The stamps remember which pinned requirements are installed, so a second call needs no network.
.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found."; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make environments. On Debian: apt-get install python3-venv"; exit 1; }
	"$(PYTHON)" -m venv .venv

.venv/run.stamp: requirements.txt | .venv/bin/python
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt | .venv/bin/python
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/run.stamp

environment: .venv/dev.stamp

# What checks the scripts. Where there is no Node, lint says that it left them out.
node_modules/.stamp: package-lock.json
	npm ci --no-fund --no-audit --loglevel=error >/dev/null
	@touch $@

run: .venv/run.stamp ## a demo site on http://127.0.0.1:8000 (PORT= changes it), created on the first run and kept
	@PORT=$(PORT) bin/run

test: test-suite test-browser ## all tests: the suite, then the browser tests if Chromium is installed

# SUITE=--with-database leaves out what touches no database, where that has been run already.
SUITE ?=
test-suite: .venv/dev.stamp
	.venv/bin/python -m pytest -n auto --dist worksteal $(SUITE) tests --ignore=tests/browser --ignore=tests/load

# Where the rules are. What else is not covered is looked at in the list that is printed.
STRICT := core/*,audit/*,*/access.py,*/workflow.py,*/workflow/*

coverage: .venv/dev.stamp ## the suite, and the branches it misses; fails below 95 % in the parts that hold the rules
	.venv/bin/python -m pytest -n auto --cov --cov-report= tests --ignore=tests/browser --ignore=tests/load
	.venv/bin/coverage report --skip-covered --show-missing --include='$(STRICT)' --fail-under=95
	.venv/bin/coverage report --format=total

test-browser: .venv/dev.stamp
	@bin/test-browser

# What it finds becomes a named test. The examples of a seed are the same each time; who is first in a race is not.
# SOAK=race runs the races alone.
SOAK ?= hypothesis or race
soak: .venv/dev.stamp ## the property tests with new random examples (SEED= repeats them), and each race many times
	@seed="$(or $(SEED),$(shell od -An -N4 -tx4 /dev/urandom | tr -d ' '))"; \
	echo "Repeat this with: make soak SEED=$$seed"; \
	EXAMPLES=soak .venv/bin/python -m pytest -n auto -m "$(SOAK)" --hypothesis-seed="$$seed" \
		tests --ignore=tests/browser --ignore=tests/load

lint: .venv/dev.stamp $(if $(shell command -v npm),node_modules/.stamp) ## formatting, lint, templates, scripts, import direction, missing migrations, types
	@bin/lint

bench: .venv/dev.stamp ## what the main pages cost, compared with their floors; fails if one costs too much
	.venv/bin/python -m tests.load.bench

bench-growth: .venv/dev.stamp ## whether pages slow down as other providers grow, or with 10,000 learners
	.venv/bin/python -m tests.load.growth

bench-more: .venv/dev.stamp ## how long imports, the catalogue, large uploads and suggestions take
	.venv/bin/python -m tests.load.bench_imports
	.venv/bin/python -m tests.load.bench_catalogue
	.venv/bin/python -m tests.load.bench_uploads
	.venv/bin/python -m tests.load.bench_packs
	.venv/bin/python -m tests.load.bench_suggestions
	.venv/bin/python -m tests.load.first_paint

load: .venv/dev.stamp ## a hundred people working for three minutes, and the most that the server can do
	.venv/bin/python -m tests.load.people

icons: .venv/dev.stamp ## the sprite of the icons that templates name
	@.venv/bin/python bin/icons

states: .venv/dev.stamp ## the table of states in docs, from the acts that the workflow functions ask
	@.venv/bin/python bin/states

bootstrap: .venv/dev.stamp ## rebuild static/css/bootstrap.css after using another of its classes
	@.venv/bin/python bin/bootstrap.py

screenshots: .venv/dev.stamp ## save a PNG of every main screen in screenshots/
	.venv/bin/python -m tests.browser.screenshots

clean: ## remove the environment and everything the demo created
	rm -rf .venv node_modules var staticfiles screenshots
