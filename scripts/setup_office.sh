#!/usr/bin/env bash
# The real office of the tests: LibreOffice Calc and Writer, their Python bridge, Chinese menus and fonts, pdftoppm for
# pictures, a screen with a window manager and a pointer for the tests that click, and a browser for the HTML report.
# Installs what is missing where that is allowed; ends 1 with the names of what is still missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

chinese_menus() {
    local soffice found
    soffice=$(command -v "${QBE_SOFFICE:-soffice}" 2>/dev/null) || return 1
    found=("$(dirname "$(readlink -f "$soffice")")"/../share/{,.}registry/Langpack-zh-CN.xcd)
    [ -e "${found[0]}" ] || [ -e "${found[1]}" ]
}

writer() {
    local soffice
    soffice=$(command -v "${QBE_SOFFICE:-soffice}" 2>/dev/null) || return 1
    [ -e "$(dirname "$(readlink -f "$soffice")")/libswlo.so" ]
}

missing() {
    local packages=()
    if ! command -v "${QBE_SOFFICE:-soffice}" >/dev/null 2>&1; then packages+=(libreoffice-calc); fi
    if ! writer; then packages+=(libreoffice-writer); fi
    if ! "${QBE_OFFICE_PYTHON:-/usr/bin/python3}" -I -c 'import uno' >/dev/null 2>&1; then packages+=(python3-uno); fi
    if [ -z "$(fc-list :lang=zh-cn family 2>/dev/null)" ]; then packages+=(fonts-noto-cjk); fi
    if ! command -v pdftoppm >/dev/null 2>&1; then packages+=(poppler-utils); fi
    if ! chinese_menus; then packages+=(libreoffice-l10n-zh-cn); fi
    if ! command -v Xvfb >/dev/null 2>&1; then packages+=(xvfb); fi
    if ! command -v openbox >/dev/null 2>&1; then packages+=(openbox); fi
    if ! command -v xdotool >/dev/null 2>&1; then packages+=(xdotool); fi
    if ! command -v import >/dev/null 2>&1; then packages+=(imagemagick); fi
    if ! command -v "${QBE_CHROMIUM:-chromium}" >/dev/null 2>&1; then packages+=(chromium); fi
    echo "${packages[@]-}"
}

packages=$(missing)
[ -n "$packages" ] || exit 0
echo "正在安装 $packages …… / Installing $packages …"
# shellcheck disable=SC2086  # a list of package names
scripts/apt.sh $packages || true
packages=$(missing)
[ -z "$packages" ] && exit 0
echo "测试需要 LibreOffice 等组件，请安装后重试：$packages" >&2
echo "The tests need LibreOffice and its helpers; install these and try again: $packages" >&2
exit 1
