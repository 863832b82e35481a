# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

# Needs Python 3.11 or newer, git and make; everything else goes into .venv.
# On Windows: the plain commands in README.md.

# The Python that makes .venv: `make PYTHON=python3.12 test`.
PYTHON ?= python3
# Tests to run, and options for pytest: `make test TESTS="tests/websocket -k upgrade"`.
TESTS ?= tests
# How much `make fuzz` compares, for how long it then looks for more, and how long `make soak` takes.
STREAMS ?= 100000
SECONDS ?= 60
MINUTES ?= 10

VENV := .venv
python := $(VENV)/bin/python
# -P: the board's code.py must not stand in for Python's module of that name.
tool := $(python) -P -m
pytest := $(tool) pytest --no-skips --numprocesses auto --maxprocesses 4 --dist loadfile
pip := $(tool) pip --disable-pip-version-check --quiet

# pyright: the version of requirements-dev.txt, without asking the network for a newer one.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-long assets lint types format
.PHONY: chromium conformance bench fuzz soak picture clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 12

# Ctrl-C reaches make, this shell and the simulator. Only the simulator acts on it, and that is
# not an error.
run: $(VENV)/run.stamp assets  ## start the simulated board [EXAMPLE=echo] [PORT=8080] [OPTIONS="--fault ..."]
	@trap : INT; \
	$(python) -m simulator $(if $(EXAMPLE),--code examples/$(EXAMPLE).py) \
	    $(if $(PORT),--port 80=$(PORT)) $(OPTIONS) \
	|| { status=$$?; [ $$status -eq 130 ] || exit $$status; }

test: lint types chromium assets  ## format, lint, types and every test but the long ones [TESTS="tests/websocket -k upgrade"]
	$(pytest) -m "not long" $(TESTS)

test-long: chromium assets  ## the tests that take minutes, more streams, the soak [MINUTES=10] [STREAMS=100000]
	$(pytest) -m long $(TESTS)
	PYTHONPATH=lib $(python) -m tests.fuzz.compare --streams $(STREAMS)
	$(python) -m tests.faults.soak --minutes $(MINUTES)

assets: $(VENV)/pyvenv.cfg  ## static/index.html, from page/, and the .gz files that the board sends
	@$(python) tools/assets.py

lint: $(VENV)/dev.stamp  ## format and lint, changing nothing
	$(tool) ruff format --check .
	$(tool) ruff check .

types: $(VENV)/dev.stamp  ## types, for the board's code and the PC's
	$(tool) pyright

format: $(VENV)/dev.stamp  ## format the code, and fix what lint can fix
	$(tool) ruff check --fix .
	$(tool) ruff format .

conformance: $(VENV)/dev.stamp  ## the Autobahn cases; writes docs/conformance.md
	$(python) -m tests.conformance

bench: $(VENV)/dev.stamp  ## speed and memory beside other libraries; writes docs/benchmarks.md
	$(python) -m benchmarks

fuzz: $(VENV)/fuzz.stamp  ## the decoder against two other implementations [STREAMS=100000] [SECONDS=60]
	PYTHONPATH=lib $(python) -m tests.fuzz.compare --streams $(STREAMS)
	PYTHONPATH=lib $(python) -m tests.fuzz.coverage --seconds $(SECONDS)

soak: $(VENV)/dev.stamp  ## twenty faulty phones for some minutes [MINUTES=10]
	$(python) -m tests.faults.soak --minutes $(MINUTES)

picture: chromium assets  ## the page as README.md shows it; writes docs/page.png
	$(python) -m tests.page.picture

chromium: $(VENV)/dev.stamp  ## a browser for the tests; installed if there is none
	@$(python) -P tests/chromium.py

clean:  ## remove .venv, all that was made, and the simulated board's memory
	rm -rf $(VENV) .simulator build dist test-results .hypothesis .pytest_cache .ruff_cache
	find static -name '*.gz' -delete
	find . -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo 'Python 3.11 or newer is needed. To name it: make PYTHON=python3.12 ...' >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); \
	    echo 'No virtual environment could be made. On Debian: apt-get install python3-venv' >&2; exit 1; }

$(VENV)/run.stamp: requirements.txt $(VENV)/pyvenv.cfg
	@echo 'Installing requirements.txt into $(VENV) ...'
	@$(pip) install --requirement requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements.txt requirements-dev.txt $(VENV)/pyvenv.cfg
	@echo 'Installing requirements-dev.txt into $(VENV) ...'
	@$(pip) install --requirement requirements.txt --requirement requirements-dev.txt
	@touch $@ $(VENV)/run.stamp

# Its wheels are for Linux on x86-64.
$(VENV)/fuzz.stamp: requirements-fuzz.txt $(VENV)/dev.stamp
	@echo 'Installing requirements-fuzz.txt into $(VENV) ...'
	@$(pip) install --requirement requirements-fuzz.txt
	@touch $@
