"""Names of our worksheet functions as spreadsheets store them, brought back to `QBE_COEF`.

Excel writes `QBE_COEF(`, `_xll.QBE_COEF(`, `[1]!QBE_COEF(` or `'C:\\…\\qbe_xl.xlam'!QBE_COEF(`, depending on where the
formula was entered and whether the add-in was there. All mean the same call.
"""

from __future__ import annotations

import re

from qbe_xl.functions.registry import ORDER

ADD_IN = "qbe_xl.xlam"

# What Excel and its relatives put before a function that is not built in.
_PREFIX = r"_xll\.|_xlfn\.|_xludf\.|_xldudf_"
# Another workbook: `[1]!`, `'[1]'!`, `qbe_xl.xlam!`, `'C:\…\qbe_xl.xlam'!`, `'C:\…\[qbe_xl.xlam]'!`, `[qbe_xl.xlam]!`
_FILE = re.escape(ADD_IN)
_BOOK = (
    rf"\[\d+\]!|'\[\d+\]'!|{_FILE}!|\[{_FILE}\]!"
    rf"|'(?:[^'\"!]|'')*[\\/]\[?{_FILE}\]?'!|'\[?{_FILE}\]?'!"
)
_NAME = "|".join(sorted(ORDER, key=len, reverse=True))
# Texts and quoted sheet names come first, so that nothing inside them is taken for a call.
_TOKEN = re.compile(
    rf"""(?P<text>"(?:[^"]|"")*")"""
    rf"""|(?<![\w.!])(?P<call>@?(?:{_BOOK})?@?(?:{_PREFIX})*(?P<name>{_NAME}))(?=\s*\()"""
    rf"""|(?P<sheet>'(?:[^']|'')*')""",
    re.IGNORECASE,
)
_WHOLE = re.compile(rf"@?(?:{_BOOK})?@?(?:{_PREFIX})*(?P<name>{_NAME})", re.IGNORECASE)


def bare_name(name: str) -> str | None:
    """`QBE_COEF` for any way of writing it (`_xll.qbe_coef`, `[1]!QBE_COEF`); None where it is no function of ours."""
    match = _WHOLE.fullmatch(name.strip())
    return match["name"].upper() if match else None


def normalised(formula: str) -> str:
    """The formula with every call of ours under its bare name in capitals; texts and everything else unchanged."""
    if "qbe_" not in formula.lower():
        return formula
    return _TOKEN.sub(_bare, formula)


def _bare(match: re.Match[str]) -> str:
    return match["name"].upper() if match["call"] else match[0]


def called(formula: str) -> tuple[str, ...]:
    """The bare names of the functions of ours that a formula calls, each once, in order of appearance."""
    found = (match["name"].upper() for match in _TOKEN.finditer(formula) if match["call"])
    return tuple(dict.fromkeys(found))
