#!/usr/bin/env bash
# Makes .venv if it is not there (or not whole), then hands its arguments to `pip install`.
# PYTHON=/path/to/python3 chooses the interpreter; otherwise the first Python >= 3.11 on the PATH is taken.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() { printf '%s\n' "$@" >&2; exit 1; }
recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python; do
        if command -v "$candidate" >/dev/null 2>&1 && recent "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

whole() { recent .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; }

if ! whole; then
    python=$(find_python) || fail "需要 Python 3.11 或更新版本（可用 PYTHON=路径 指定）。" \
        "Python 3.11 or newer is needed (name one with PYTHON=path)."
    echo "正在建立运行环境 .venv …… / Making the environment .venv …"
    if ! "$python" -m venv --clear .venv >/dev/null 2>&1; then
        # Debian keeps venv's pip in a package of its own.
        scripts/apt.sh python3-venv || fail "无法建立 .venv：请安装 python3-venv。" "Cannot make .venv: install python3-venv."
        "$python" -m venv --clear .venv
    fi
fi
echo "正在安装所需组件，首次约需一两分钟…… / Installing what is needed; the first time takes a minute or two …"
.venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check "$@"
