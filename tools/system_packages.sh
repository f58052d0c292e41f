#!/bin/sh
# The libraries that Qt loads from the system. Present: silent. Missing: installed where that is possible without
# asking (root on Debian), else the exact command is printed and the run stops.
set -eu
[ "$(uname -s)" = Linux ] || exit 0

missing=
for pair in libEGL.so.1:libegl1 libGL.so.1:libgl1 libxkbcommon.so.0:libxkbcommon0 libdbus-1.so.3:libdbus-1-3 \
    libfontconfig.so.1:libfontconfig1 libxcb-cursor.so.0:libxcb-cursor0 libxkbcommon-x11.so.0:libxkbcommon-x11-0 \
    libxcb-icccm.so.4:libxcb-icccm4 libxcb-keysyms.so.1:libxcb-keysyms1 libxcb-shape.so.0:libxcb-shape0; do
  /sbin/ldconfig -p 2>/dev/null | grep -q "${pair%%:*}" || missing="$missing ${pair##*:}"
done
if command -v fc-list >/dev/null 2>&1; then
  fc-list 2>/dev/null | grep -q . || missing="$missing fonts-dejavu-core"
else
  ls /usr/share/fonts/truetype/* >/dev/null 2>&1 || missing="$missing fonts-dejavu-core"
fi
[ -n "$missing" ] || exit 0

if command -v apt-get >/dev/null 2>&1; then
  command="apt-get install -y --no-install-recommends$missing"
  if [ "$(id -u)" = 0 ]; then
    echo "Installing what Qt needs:$missing"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    exit 0
  fi
  echo "Qt needs packages that are missing. Run: sudo $command" >&2
  exit 1
fi
echo "Qt needs libraries that are missing; these are their Debian packages:$missing" >&2
echo "Install your distribution's packages of them and run the command again." >&2
exit 1
