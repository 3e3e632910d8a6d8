#!/bin/sh
# Makes both locks, with hashes, for every Python we support, naming no host. `lock.sh --upgrade` takes what is newest.
set -eu
cd "$(dirname "$0")/.."

uv=$(command -v uv || echo .venv/bin/uv)
if [ ! -x "$uv" ]; then
    sh tools/venv.sh run
    [ -x .venv/bin/pip ] || .venv/bin/python -m ensurepip >/dev/null
    .venv/bin/python -m pip install --quiet uv
fi

compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header pyproject.toml "$@"
}
compile --extra postgres --output-file requirements.lock "$@"
compile --extra postgres --extra dev --constraint requirements.lock --output-file requirements-dev.lock "$@"
echo "requirements.lock: $(grep -c '^[a-z]' requirements.lock) packages; requirements-dev.lock: $(grep -c '^[a-z]' requirements-dev.lock)."
