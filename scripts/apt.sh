#!/usr/bin/env bash
# Installs system packages with apt-get where that is allowed (root, or sudo without a password); else ends 1.
set -euo pipefail

command -v apt-get >/dev/null 2>&1 || exit 1
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null || exit 1
    as_root=(sudo -n)
fi
install() {
    ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}
# The package lists of a fresh machine are empty or old: fetch them only when the first try fails.
install "$@" 2>/dev/null && exit 0
${as_root[@]+"${as_root[@]}"} apt-get update -qq </dev/null
install "$@"
