#!/bin/sh
# Runs every test but the long ones. Chromium is fetched where it is missing and can be; where it cannot, the tests
# that need it are named, and a run that is to be trusted (CI=true) fails. A few that failed beside others are asked once
# more by themselves, and said to have been (docs/decisions/0019).
set -eu
cd "$(dirname "$0")/.."
FEW=5

has_chromium() {
    [ -x /usr/bin/chromium ] || .venv/bin/python - <<'END'
import pathlib, sys
from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    sys.exit(not pathlib.Path(playwright.chromium.executable_path).exists())
END
}

if ! has_chromium && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium and fonts for the tests in a browser."
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        chromium fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji; } >/dev/null || true
fi

run() {
    rm -f .pytest_cache/v/cache/lastfailed # of runs before this one
    .venv/bin/pytest -q -n 2 --dist worksteal "$@" || alone $? "$@"
}

alone() {
    [ "$1" = 1 ] || exit "$1" # 1: some failed
    shift
    failed=$(PYTEST_ADDOPTS= .venv/bin/pytest -q --lf --lfnf none --collect-only "$@" | grep '::') || exit 1
    [ "$(echo "$failed" | wc -l)" -le $FEW ] || exit 1
    echo
    echo "These failed beside others, as told above, and are asked once more by themselves:"
    echo "$failed"
    .venv/bin/pytest -q --lf --lfnf none "$@"
    echo "They passed by themselves. What they do on a busy machine is worth a look."
}

if has_chromium; then
    run -m "not soak" "$@"
    exit
fi

run -m "not soak and not browser" "$@"
echo
echo "There is no Chromium here, so these did not run. .venv/bin/playwright install chromium may bring one."
.venv/bin/pytest -q --collect-only -m "browser and not soak" | grep '::' || true
if [ "${CI:-}" = true ]; then exit 1; fi
