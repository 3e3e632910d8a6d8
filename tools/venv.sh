#!/bin/sh
# Brings .venv to what a lock says: `venv.sh run` for serving, `venv.sh dev` for the tests as well.
# Where that is so already it does nothing, and needs no network: a second start must not wait for a registry.
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
run) lock=requirements.lock ;;
dev) lock=requirements-dev.lock ;;
*) echo "usage: tools/venv.sh run|dev" >&2; exit 2 ;;
esac

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if new_enough "$name"; then echo "$name"; return; fi
    done
    echo "Strand needs Python 3.11 or newer, and none was found. PYTHON=/path/to/python3 make run names one." >&2
    exit 1
}

# The folder is part of the stamp: a virtual environment that was moved points to where it was.
stamp_of() { echo "$(pwd) $(cksum <"$1")"; }

is_fresh() { [ "$(cat ".venv/strand-$1" 2>/dev/null)" = "$(stamp_of "$2")" ]; }

if new_enough .venv/bin/python; then
    # What the tests need includes what serving needs: the second lock is made on top of the first.
    if is_fresh "$1" "$lock" || { [ "$1" = run ] && is_fresh dev requirements-dev.lock; }; then exit 0; fi
else
    python=$(find_python)
    rm -rf .venv
    if command -v uv >/dev/null; then
        uv venv --quiet --python "$("$python" -c 'import sys; print(sys.executable)')" .venv
    elif ! "$python" -m venv .venv; then
        rm -rf .venv
        echo "Python could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv" >&2
        exit 1
    fi
fi

echo "Installing what $lock lists into .venv; once, unless the lock changes."
rm -f ".venv/strand-$1"
if command -v uv >/dev/null; then
    uv pip install --quiet --python .venv/bin/python --require-hashes -r "$lock"
else
    [ -x .venv/bin/pip ] || .venv/bin/python -m ensurepip >/dev/null
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
fi

# Strand itself is not built: a path file shows Python this folder, a script starts it. So nothing is fetched for it.
pwd >"$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/strand.pth"
cat >.venv/bin/strand <<END
#!/bin/sh
'''exec' "$(pwd)/.venv/bin/python" -P "\$0" "\$@"
' '''
from app.cli import main

if __name__ == "__main__":
    main()
END
chmod +x .venv/bin/strand
stamp_of "$lock" >".venv/strand-$1"
