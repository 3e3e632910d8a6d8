#!/bin/sh
# Walks through the Dockerfile without an engine: only the files it copies, its install step in an empty folder, its
# command in a folder that it must not write to, its health check. Says what it could not check here.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; chmod -R u+w "$work"; rm -rf "$work"' EXIT
home="$work/strand"
port=${PORT:-18099}
mkdir -p "$home" "$work/data"
chmod 755 "$work"

# COPY lines: everything but what comes from the other stage. The last word is where it goes.
grep '^COPY' "$root/Dockerfile" | grep -v -- '--from' | while read -r _ what where; do
    [ "$where" = ./ ] && where=.
    mkdir -p "$home/$(dirname "$where/x")" && rmdir "$home/$where" 2>/dev/null || true
    case "$where" in
    . | */) mkdir -p "$home/$where" && cp "$root/$what" "$home/$where" ;;
    *) cp -R "$root/$what" "$home/$where" ;;
    esac
done

cd "$home"
grep '^RUN' "$root/Dockerfile" | grep -v useradd | cut -d' ' -f2- | while read -r step; do
    echo "RUN $step"
    sh -c "$step"
done
rm -rf requirements.lock tools

# Nobody's user, where we may change to it and it can reach Python; and a folder nobody writes to.
as=
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null &&
    setpriv --reuid 10001 --clear-groups "$home/.venv/bin/strand" --help >/dev/null 2>&1; then
    as="setpriv --reuid 10001 --clear-groups"
    chown 10001 "$work/data"
else
    echo "Not checked here: running as user 10001."
fi
chmod -R a-w "$home"
touch "$work/built"

export PATH="$home/.venv/bin:$PATH" PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 STRAND_DATA_DIR="$work/data"
$as strand serve --host 127.0.0.1 --port "$port" &
server=$!
for _ in $(seq 60); do
    sleep 0.5
    kill -0 "$server" 2>/dev/null || break
    if $as python -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:$port/healthz', timeout=3)" 2>/dev/null; then
        healthy=yes
        break
    fi
done
kill "$server" 2>/dev/null || true
wait "$server" || true
server=
[ "${healthy:-}" = yes ] || { echo "It did not become healthy."; exit 1; }
written=$(find "$home" -newer "$work/built" -not -type d)
[ -z "$written" ] || { echo "It wrote where it must not:"; echo "$written"; exit 1; }
[ -f "$work/data/strand.sqlite" ] || { echo "It kept nothing in its data folder."; exit 1; }
echo "The image's steps work: healthy, and nothing written but to the data folder."
