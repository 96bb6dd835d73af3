#!/bin/sh
# Install Debian's Chromium when it is missing, as root; else say what to install.
set -eu
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends chromium
    exit 0
fi
echo "The browser tests need Chromium. Install it as root: apt-get install chromium" >&2
exit 1
