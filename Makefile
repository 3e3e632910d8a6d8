# Everything people type. `make run` needs Python 3.11 or newer and this folder; nothing else. Longer recipes are in tools/.
PORT ?= 8000
HOST ?= 127.0.0.1
BIN := .venv/bin

.PHONY: run install test soak check bench bench-gate screens roles lock

# Bring the database up to date, begin a rehearsal where there is no event yet, and serve at http://127.0.0.1:8000.
# For phones in the hall: make run HOST=0.0.0.0
run:
	@sh tools/venv.sh run
	@exec $(BIN)/python -m tools.run --port $(PORT) --host $(HOST)

# Everything, the tests' tools too, into .venv. Repeatable, also after `make run`.
install:
	@sh tools/venv.sh dev

# Every test but the long ones, on both databases and in a real Chromium.
test: install
	@sh tools/test.sh

# The long ones: kills under load, a whole rehearsal, eight hours of a wall in every mode.
soak: install
	$(BIN)/pytest -m soak --timeout 3600

# Style, types, who may import whom, documents; then the five longest files and functions.
check: install
	@sh tools/check.sh

# How fast it is, each row beside a peer measured in the same run.
bench: install
	$(BIN)/python -m bench

# Only what is steady enough to fail on.
bench-gate: install
	$(BIN)/python -m bench --gate

# The pictures in docs/screens/, taken from a real server that rehearses.
screens: install
	$(BIN)/python -m tools.screens

# docs/roles.md: every route there is, and what it answers to whom. After every change of routes; then look at what changed.
roles: install
	$(BIN)/python -m tools.roles

# requirements.lock and requirements-dev.lock, from pyproject.toml. `make lock UPGRADE=1` takes what is newest.
lock:
	@sh tools/lock.sh $(if $(UPGRADE),--upgrade)
