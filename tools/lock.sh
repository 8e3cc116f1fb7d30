#!/bin/sh
# Write the locks anew: requirements/*.txt by uv in a throwaway environment, tests/npm by npm.
# What is locked stays at its version unless a range asks otherwise; UPGRADE=1 takes the newest of everything.
set -eu
cd "$(dirname "$0")/.."
throwaway=$(mktemp -d)
trap 'rm -rf "$throwaway"' EXIT
"${PYTHON:-python3}" -m venv "$throwaway"
"$throwaway/bin/pip" install --quiet uv
for name in base dev; do
  "$throwaway/bin/uv" pip compile --quiet ${UPGRADE:+--upgrade} --no-emit-index-url --generate-hashes --universal \
    --python-version 3.11 --no-annotate --no-header "requirements/$name.in" -o "requirements/$name.txt"
done
PATH="$PWD/.venv/bin:$PATH" npm install --package-lock-only --ignore-scripts --silent --prefix tests/npm
