#!/bin/sh
# Install Debian packages where there is apt-get and we may use it without a
# question; fail silently where not: the caller knows what to say then.

command -v apt-get >/dev/null 2>&1 || exit 1
if [ "$(id -u)" = 0 ]; then
  sudo=''
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
  sudo='sudo -n'
else
  exit 1
fi

echo "Installing $* with apt-get" >&2
$sudo apt-get update -qq >/dev/null 2>&1
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$@" \
  >/dev/null 2>&1 </dev/null
