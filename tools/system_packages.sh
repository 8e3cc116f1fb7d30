#!/bin/sh
# The browser and the Chinese fonts that the stories need. Neither comes from a Python package.
# Root on Debian or Ubuntu: installs what is missing. Anybody else: says what to install, and fails.
set -eu

browser=${CHROMIUM:-/usr/bin/chromium}
missing=
[ -x "$browser" ] || missing="$missing chromium"
if ! { command -v fc-list >/dev/null && fc-list :lang=zh family | grep -q .; }; then
  missing="$missing fontconfig fonts-noto-cjk"
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "The tests need:$missing" >&2
  echo "On Debian or Ubuntu: sudo apt-get install$missing     Elsewhere: set CHROMIUM=/path/to/chromium" >&2
  exit 1
fi
echo "Installing:$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
# shellcheck disable=SC2086 # a list of package names
apt-get -qq install -y --no-install-recommends $missing >/dev/null
[ -x "$browser" ] || { echo "chromium was installed, yet $browser is missing; set CHROMIUM" >&2; exit 1; }
