"""Texts as people type them: what counts as the same header, label or sheet name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_DROP = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u00ad*"))
_SAME = str.maketrans({**dict.fromkeys("‐‑‒–—―−～~", "-"), "﹡": "", "：": ":"})
_LONGEST = 200  # no header is longer; longer texts are not kept in the cache
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】|〔([^〔〕]*)〕")
_SEPARATORS = re.compile(r"[、,;，；/\s]+")


def norm(text: str) -> str:
    """The text for comparing: width, case, spaces, line breaks, dashes and required-marks (*) do not matter."""
    return _norm(text) if len(text) <= _LONGEST else _norm.__wrapped__(text)


@lru_cache(maxsize=16384)
def _norm(text: str) -> str:
    if text.isascii() and text.isalnum():
        return text.casefold()
    text = unicodedata.normalize("NFKC", text).translate(_SAME).translate(_DROP)
    return "".join(text.split()).casefold()


def bracketed(text: str) -> list[tuple[str, int, int]]:
    """What stands in brackets in a normalised text: (content, start, end)."""
    return [(next((g for g in m.groups() if g is not None), ""), m.start(), m.end()) for m in _BRACKETS.finditer(text)]


def parts(text: str) -> list[str]:
    """A list such as `万元、平方米` in its parts."""
    return [part for part in _SEPARATORS.split(text) if part]


def starts_with(text: str, start: str) -> bool:
    """Whether a normalised text starts with a word: for English words, not merely with its letters."""
    if not text.startswith(start):
        return False
    rest = text[len(start) : len(start) + 1]
    return not (start[-1:].isascii() and start[-1:].isalpha() and rest.isascii() and rest.isalpha())


def letter(column: int) -> str:
    """The letters of a column counted from 0."""
    out = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


def column_of(letters: str) -> int:
    """The column, counted from 0, of its letters."""
    number = 0
    for char in letters.upper():
        number = number * 26 + ord(char) - 64
    return number - 1


_REF = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


def cell_of(ref: str) -> tuple[int, int]:
    """(row, column) of an A1 reference, the row from 1 and the column from 0; ValueError where it is none."""
    match = _REF.fullmatch(ref)
    if match is None:
        raise ValueError(f"not a cell: {ref[:20]!r}")
    return int(match[2]), column_of(match[1])


def ranges(column: str, rows: list[int], most: int = 5) -> str:
    """Rows of one column as a short A1 list: `K6:K9,K12`; the rest after `most` ranges is left to the count."""
    out: list[str] = []
    start = previous = rows[0]
    for row in [*rows[1:], 0]:
        if row == previous + 1:
            previous = row
            continue
        out.append(f"{column}{start}" if start == previous else f"{column}{start}:{column}{previous}")
        if len(out) == most:
            break
        start = previous = row
    return ",".join(out)
