"""How wide a table's columns are: no word or number broken where there is room, the rest by what stands in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from qbe_xl.outputs.report.model import Column, Table

FIFTIETHS = 5000  # the whole line, in fiftieths of a percent
# At the size of a table's text: half a Chinese character, and what a cell has at its sides, in millimetres.
_HALF, _SIDES = 1.65, 2.4
_LINE = {False: 155.0, True: 256.0}  # of an upright page, and of a landscape one
_TWIPS_PER_MM = 1440 / 25.4
_MOST = 160  # half characters beyond which a column gets no wider for one cell's sake
_SHORT_MM = 42.0  # what a column of short texts wants at most
_NEED = 30  # half characters that no word keeps together
_SHORT = 8  # half characters of a title that stands in one line
_CHINESE = re.compile("[\u2e80-\uffef]+")
_WORD = re.compile(r"[\w.,:%/+−–≥≤<>-]+")


def table_widths(table: Table) -> list[int]:
    """Columns' widths in fiftieths of a percent; together the whole line."""
    line = _LINE[table.wide]
    needs, wants, usual = [], [], []
    for index, column in enumerate(table.columns):
        texts = {row[index].text for row in table.rows}
        need = max(_word(column.heading), _word(column.unit or ""), *map(_word, texts), 4)
        head = max(_length(column.heading) / (1 if _length(column.heading) <= _SHORT else 2), _length(column.unit or "") + 4)
        want = max(head, *(min(_length(text), _MOST) for text in texts), need)
        usual.append(max(sum(_length(row[index].text) for row in table.rows) / max(len(table.rows), 1), need))
        needs.append(min(need, _NEED) * _HALF + _SIDES)
        wants.append(max(want, need) * _HALF + _SIDES)
    return _parts(_shared(needs, wants, usual, table.columns, line))


def in_twips(table: Table, widths: Sequence[int]) -> list[int]:
    """The same widths in twentieths of a point, on a page as our templates have it."""
    return [round(width * _LINE[table.wide] * _TWIPS_PER_MM / FIFTIETHS) for width in widths]


def _shared(
    needs: Sequence[float], wants: Sequence[float], usual: Sequence[float], columns: Sequence[Column], line: float
) -> list[float]:
    """What each column gets: its need, then towards its want, then more by the table's own proportions."""
    if sum(needs) >= line:  # something breaks: all alike
        return list(needs)
    found, spare = list(needs), line - sum(needs)
    # Short texts first, whoever wants least more: none breaks for a long one's sake. Long ones share what that leaves
    # by what usually stands in them, not by the one longest text.
    short = sorted((i for i, want in enumerate(wants) if want <= _SHORT_MM), key=lambda index: wants[index] - needs[index])
    for rank, index in enumerate(short):
        more = min(wants[index] - needs[index], spare / (len(short) - rank))
        found[index] += more
        spare -= more
    rest = sorted((i for i, want in enumerate(wants) if want > _SHORT_MM), key=wants.__getitem__)
    for rank, index in enumerate(rest):
        part = usual[index] / sum(usual[other] for other in rest[rank:])
        more = min(wants[index] - needs[index], spare * part)
        found[index] += more
        spare -= more
    whole = sum(column.width for column in columns)
    return [width + spare * column.width / whole for width, column in zip(found, columns, strict=True)]


def _parts(lengths: Sequence[float]) -> list[int]:
    """Lengths as parts of the line."""
    whole = sum(lengths)
    parts = [int(FIFTIETHS * length / whole) for length in lengths]
    parts[0] += FIFTIETHS - sum(parts)
    return parts


def _length(text: str) -> float:
    """A text's length in half characters; a capital is wider than other Latin letters."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1.4 if char.isupper() else 1 for char in text)


def _word(text: str) -> float:
    """The longest piece of a text that has no place to break: Chinese characters break anywhere."""
    return max((_length(piece) for word in _WORD.findall(text) for piece in _CHINESE.split(word)), default=0)
