#!/bin/sh
# Print the Chromium or Chrome to test with, $CHROMIUM first; get one where the
# machine has none. Prints an empty line for the one that Playwright downloaded,
# which Playwright finds itself.

# A name proves nothing: on Ubuntu `chromium-browser` may only advise a snap.
works() {
  "$1" --version 2>/dev/null </dev/null | grep -q -i -E '^(chromium|google chrome)'
}

look() {
  for name in "$CHROMIUM" chromium google-chrome-stable google-chrome chromium-browser \
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' \
    '/Applications/Chromium.app/Contents/MacOS/Chromium'; do
    if [ -n "$name" ] && works "$name"; then
      command -v "$name"
      exit 0
    fi
  done
}

# With the libraries that it needs, where they can be installed; else as it is.
download() {
  for libraries in --with-deps ''; do
    if [ -n "$libraries" ] && ! { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }; then
      continue
    fi
    echo 'No Chromium on this machine: trying the download of Playwright' >&2
    # shellcheck disable=SC2086
    if (cd ui-tests && sh ../scripts/run.sh jlpm playwright install $libraries chromium) >&2 </dev/null; then
      return 0
    fi
  done
  return 1
}

if [ -n "$CHROMIUM" ] && ! works "$CHROMIUM"; then
  echo "CHROMIUM=$CHROMIUM is no Chromium or Chrome that runs." >&2
  exit 1
fi
look
if sh scripts/apt-install.sh chromium; then look; fi
if download; then
  echo
  exit 0
fi
echo 'No Chromium for the browser tests: none is installed, and neither apt-get nor Playwright could get one. Install Chromium or Chrome, or set CHROMIUM to it.' >&2
exit 1
