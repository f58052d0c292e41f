# Two commands on a fresh machine:
#   make demo    the window on a practice fleet (without a display: walks the guide and leaves pictures)
#   make test    all tests, with the lab of real hosts where the machine can boot it (root on Debian)
# More: make check | lab | bench | pictures | lock | clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links
PICTURES ?= build/pictures
# Tests on real hosts wait for hosts most of the time, so three run side by side, each process in a lab of its own.
SIDES := -n 3 --dist worksteal

.PHONY: demo test check fix lab lab-down bench pictures forms lock system clean

demo: $(VENV)/ready system
	$(BIN)/python -m azdesk demo $(ARGS)

test: $(VENV)/ready system
	@if [ "$$(id -u)" = 0 ] && [ -e /etc/debian_version ]; then $(BIN)/python -m tests.lab requirements --install; fi
	$(BIN)/python -m pytest $(SIDES) $(ARGS)

check: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m azdesk.ui.forms_build --check

fix: $(VENV)/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

forms: $(VENV)/ready
	$(BIN)/python -m azdesk.ui.forms_build

lab: $(VENV)/ready
	$(BIN)/python -m tests.lab requirements --install
	$(BIN)/python -m tests.lab up

lab-down: $(VENV)/ready
	$(BIN)/python -m tests.lab down

bench: $(VENV)/ready system
	$(BIN)/python -m benchmarks $(ARGS)

pictures: $(VENV)/ready system
	AZDESK_PICTURES=$(PICTURES) $(BIN)/python -m pytest tests/ui $(ARGS)

system:
	@sh tools/system_packages.sh

$(VENV)/ready: requirements/dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "AZDesk needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing. On Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

lock: $(VENV)/ready
	$(BIN)/python -m pip install --quiet uv
	$(LOCK) pyproject.toml -o requirements/run.lock
	$(LOCK) pyproject.toml --group dev -o requirements/dev.lock
	$(LOCK) requirements/bench.in -o requirements/bench.lock

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis
