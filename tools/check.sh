#!/bin/sh
# Everything that can be said about the code without running it. All of it is run, whatever fails first.
set -u
cd "$(dirname "$0")/.."
failed=

try() {
    echo "--- $1"
    shift
    "$@" || failed="$failed $(basename "$1")"
}

try "style" .venv/bin/ruff check .
try "format" .venv/bin/ruff format --check --quiet .
try "types" .venv/bin/mypy
try "who may import whom" .venv/bin/lint-imports --no-logo
try "documents" .venv/bin/pytest -q -p no:cacheprovider tests/test_documents.py tests/test_locks.py
try "the longest" .venv/bin/python tools/longest.py

if [ -n "$failed" ]; then
    echo "Not in order:$failed"
    exit 1
fi
echo "All in order."
