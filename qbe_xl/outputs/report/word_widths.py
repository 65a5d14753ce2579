"""How wide a table's columns are: no word or number broken where there is room, the rest by what stands in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from qbe_xl.outputs.report.model import Column, Table

FIFTIETHS = 5000  # the whole line, in fiftieths of a percent
# At the size of a table's text: half a Chinese character, and what a cell has at its sides, in millimetres.
_HALF, _SIDES = 1.62, 2.4
_LINE = {False: 155.0, True: 256.0}  # of an upright page, and of a landscape one
_MOST = 30  # half characters beyond which a column gets no wider for one cell's sake
_SHORT = 8  # half characters of a title that stands in one line
_WORD = re.compile(r"[\w.,:%/+−–≥≤<>-]+")


def table_widths(table: Table) -> list[int]:
    """Columns' widths in fiftieths of a percent; together the whole line."""
    line = _LINE[table.wide]
    needs, wants = [], []
    for index, column in enumerate(table.columns):
        texts = {row[index].text for row in table.rows}
        need = max(_word(column.heading), _word(column.unit or ""), *map(_word, texts), 4)
        head = max(_length(column.heading) / (1 if _length(column.heading) <= _SHORT else 2), _length(column.unit or "") + 4)
        want = max(head, *(min(_length(text), _MOST) for text in texts), need)
        needs.append(min(need, _MOST) * _HALF + _SIDES)
        wants.append(max(want, need) * _HALF + _SIDES)
    return _parts(_shared(needs, wants, table.columns, line))


def _shared(needs: Sequence[float], wants: Sequence[float], columns: Sequence[Column], line: float) -> list[float]:
    """What each column gets: its need, then towards its want, then more by the table's own proportions."""
    if sum(needs) >= line:  # something breaks: all alike
        return list(needs)
    spare = line - sum(needs)
    more = [want - need for want, need in zip(wants, needs, strict=True)]
    if sum(more) >= spare:
        return [need + extra * spare / sum(more) for need, extra in zip(needs, more, strict=True)]
    left = line - sum(wants)
    whole = sum(column.width for column in columns)
    return [want + left * column.width / whole for want, column in zip(wants, columns, strict=True)]


def _parts(lengths: Sequence[float]) -> list[int]:
    """Lengths as parts of the line."""
    whole = sum(lengths)
    parts = [int(FIFTIETHS * length / whole) for length in lengths]
    parts[0] += FIFTIETHS - sum(parts)
    return parts


def _length(text: str) -> int:
    """A text's length in half characters."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _word(text: str) -> int:
    """The longest piece of a text that has no place to break: Chinese characters break anywhere."""
    longest = 0
    for word in _WORD.findall(text):
        narrow = re.split(r"[\u2e80-\uffef]+", word)
        longest = max(longest, *(len(piece) for piece in narrow))
    return longest
