"""Texts as they stand in the parts of a workbook."""

from __future__ import annotations

import re

from qbe_xl.safety.patching import escaped

MAX_TEXT = 4_000  # characters of a cell of the list; Excel holds 32,767
_CODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def xstring(text: str) -> bytes:
    """A text's XML: `_x0041_`, which spreadsheet programs would read as A, stays what it is."""
    text = text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
    return escaped(_CODED.sub("_x005F_", text))
