#!/usr/bin/env bash
# Sets everything up that the program needs: system packages, a Python environment in .venv, the packages of
# requirements.lock by their hashes, and the program itself. Run again it does only what is left to do.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=.venv
list=installer/system-packages.txt
say() { printf '%s\n' "$*" >&2; }

# Runs a command and shows what it printed only when it failed.
quietly() {
  local log
  log=$(mktemp)
  if DEBIAN_FRONTEND=noninteractive "$@" >"$log" 2>&1; then
    rm -f "$log"
  else
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
}

# Everything whose change asks for a new set-up.
fingerprint() {
  cat requirements.lock pyproject.toml "$list" installer/set_up.sh
  printf '%s\n' "$PWD"
}

find_python() {
  local name
  for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
    if command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

# 0 where the proof of the second column is there.
is_there() {
  local package=$1 proof=$2
  case $proof in
    -) dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || ! command -v dpkg-query >/dev/null ;;
    command:*) command -v "${proof#command:}" >/dev/null 2>&1 ;;
    python:*) [ -x "$venv/bin/python" ] || { python=$(find_python) && "$python" -c "import ${proof#python:}" 2>/dev/null; } ;;
    *) grep -qF "$proof " <<<"$libraries" ;;
  esac
}

missing_packages() {
  local package proof _why libraries
  libraries=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null || true)
  while read -r package proof _why; do
    case $package in '' | '#'*) continue ;; esac
    is_there "$package" "$proof" || printf '%s\n' "$package"
  done <"$list"
}

install_system_packages() {
  [ "$(uname -s)" = Linux ] || return 0
  local missing
  mapfile -t missing < <(missing_packages)
  find_python >/dev/null || missing+=(python3)
  [ "${#missing[@]}" -gt 0 ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "Installing system packages: ${missing[*]}"
    if quietly apt-get update && quietly apt-get install -y --no-install-recommends "${missing[@]}"; then
      return 0
    fi
    say "apt-get could not install them."
  fi
  say "These system packages are missing (names as in Debian; what each is for stands in $list):"
  say "  ${missing[*]}"
  if command -v apt-get >/dev/null 2>&1; then
    say "Install them with:  sudo apt-get install ${missing[*]}"
  else
    say "Install what your system calls these, then run this again."
  fi
  say "Going on with what is there."
}

install_python_packages() {
  local python
  if [ ! -x "$venv/bin/python" ]; then
    python=$(find_python) || {
      say "No Python 3.11, 3.12 or 3.13 was found. Install one, or name it: make PYTHON=/path/to/python3.11 …"
      exit 1
    }
    say "Making $venv with $python"
    "$python" -m venv "$venv" || {
      rm -rf "$venv"
      say "Python could not make an environment: install its venv module (Debian: sudo apt-get install python3-venv)."
      exit 1
    }
  fi
  say "Installing the packages of requirements.lock (about 450 MB the first time)"
  local pip=("$venv/bin/python" -m pip --disable-pip-version-check install)
  quietly "${pip[@]}" --require-hashes -r requirements.lock
  quietly "${pip[@]}" --no-deps --no-build-isolation --editable .
}

check_qt() {
  local problem
  if ! problem=$("$venv/bin/python" -c 'import PySide6.QtWidgets, PySide6.QtMultimedia' 2>&1); then
    say "The window cannot start here, the command line can: ${problem##*$'\n'}"
    say "A system library is missing; $list names the packages."
  fi
}

# A module that is compiled only when the program first needs it holds up the window meanwhile.
compile_modules() {
  "$venv/bin/python" -m compileall -q app
}

wanted=$(fingerprint | cksum)
if [ "$(cat "$venv/.set-up" 2>/dev/null)" = "$wanted" ]; then
  compile_modules
  exit 0
fi
install_system_packages
install_python_packages
compile_modules
check_qt
printf '%s\n' "$wanted" >"$venv/.set-up"
say "Set up."
