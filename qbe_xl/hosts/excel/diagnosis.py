"""Versions, folders and faults: what someone who helps from afar has to know."""

from __future__ import annotations

import platform
import sys

import xlwings as xw

from qbe_xl import __version__
from qbe_xl.core.languages import Lang, Text
from qbe_xl.hosts.excel.folders import log_file, own_profiles, profiles_folder
from qbe_xl.standards import known_editions


def diagnosis(book: xw.Book, lang: Lang) -> str:
    """The report as lines of text."""
    profiles, wrong = own_profiles()
    lines = [
        Text(
            f"qbe_xl {__version__}：县域义务教育优质均衡发展评估",
            f"qbe_xl {__version__}: quality and balanced compulsory education",
        ),
        Text(f"表格程序：{_host(book)}", f"Spreadsheet: {_host(book)}"),
        Text(f"Python：{sys.version.split()[0]}（{sys.prefix}）", f"Python: {sys.version.split()[0]} ({sys.prefix})"),
        Text(f"系统：{platform.platform()}", f"System: {platform.platform()}"),
        Text(f"xlwings：{xw.__version__}", f"xlwings: {xw.__version__}"),
        Text(f"评估标准：{'、'.join(known_editions())}", f"Editions: {', '.join(known_editions())}"),
        Text(
            f"自定义表式：{len(profiles)} 个（{profiles_folder()}）",
            f"Forms of your own: {len(profiles)} ({profiles_folder()})",
        ),
        *(Text(f"✗ {error.message('zh')}", f"✗ {error.message('en')}") for error in wrong),
        Text(f"日志：{log_file()}", f"Log: {log_file()}"),
    ]
    return "\n".join(line[lang] for line in lines)


def _host(book: xw.Book) -> str:
    app = book.app
    return f"{app.engine.name} {app.version}"
