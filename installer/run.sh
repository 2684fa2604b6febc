#!/usr/bin/env bash
# Shows the sample call end to end: in the window where there is a display, else as text.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ "$(uname -s)" = Darwin ]; then
  exec .venv/bin/python -m app demo "$@"
fi
echo "No display: the sample call is shown as text. Under a display this opens the window." >&2
exec .venv/bin/python -m app demo --headless "$@"
