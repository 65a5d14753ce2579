"""Reading by header: which column is which field, whatever its position, over one to three rows of merged cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from qbe_xl.core.fields import Field, field_of
from qbe_xl.core.languages import STAGE_NAMES
from qbe_xl.forms.grid import Grid
from qbe_xl.forms.profile import Column, Sheet
from qbe_xl.forms.texts import bracketed, norm, parts
from qbe_xl.forms.units import is_unit

_STAGE_SUFFIXES = ("", "部", "段", "阶段", "教育")
_ORDINALS = frozenset("甲乙丙丁戊己庚辛壬癸")
_UNIT_PREFIX = "单位:"
# What stands in a unit row under columns that have no unit.
_NO_UNIT = frozenset(
    map(norm, ("-", "—", "/", "单位", "文本", "文字", "代码", "选项", "选择", "是/否", "年", "年份", "等级", "下拉", "unit", "text",
               "code", "choice", "list", "yes/no", "year", "level"))
)  # fmt: skip


class Headed(NamedTuple):
    """A header text: normalised without its unit, and the unit that stood in brackets or on its last line."""

    word: str
    unit: str | None


@cache
def headed(raw: str) -> Headed:
    """A header cell's text and unit: `设备值（万元）` is (设备值, 万元)."""
    unit = None
    first, _, last = raw.strip().rpartition("\n")
    if first.strip() and is_unit(norm(last)):
        raw, unit = first, norm(last)
    word = norm(raw)
    for content, start, end in reversed(bracketed(word)):
        named = unit_in(content)
        if named is not None:
            unit = unit or named
            word = word[:start] + word[end:]
    return Headed(word, unit)


def unit_in(content: str) -> str | None:
    """The unit that a bracket's normalised content names: 万元, 单位:万元, or 间,按面积分段."""
    content = content.removeprefix(_UNIT_PREFIX)
    if is_unit(content):
        return content
    listed = parts(content)
    return listed[0] if len(listed) > 1 and is_unit(listed[0]) else None


# ---- what is looked for


class Pattern(NamedTuple):
    """Texts from the top down, the last at the bottom; `own` where the profile itself gives it."""

    words: tuple[str, ...]
    own: bool
    key: str


@dataclass(frozen=True)
class Patterns:
    """Every pattern of a sheet by its last word."""

    by_last: dict[str, list[Pattern]]
    fields: dict[str, Column]
    depth: int  # words of the longest pattern that the profile itself gives

    def match(self, path: Sequence[str]) -> tuple[str, tuple[int, bool]] | None:
        """The column's key and how specific the match is; None where nothing or nothing unambiguous fits."""
        best: dict[tuple[int, bool], set[str]] = {}
        joined = ""
        for back in range(1, len(path) + 1):
            joined = path[-back] + joined
            for pattern in self.by_last.get(joined, ()):
                if _in_order(pattern.words[:-1], path[:-back]):
                    best.setdefault((len(pattern.words) + back - 1, pattern.own), set()).add(pattern.key)
        if not best:
            return None
        rank = max(best)
        return (next(iter(best[rank])), rank) if len(best[rank]) == 1 else None


def _in_order(wanted: Sequence[str], path: Sequence[str]) -> bool:
    rest = iter(path)
    return all(word in rest for word in wanted)


def key_of(column: Column, sheet: Sheet) -> str:
    """What a column is filed under: its field's id, or `stated:` and the criterion."""
    return sheet.field_id(column.field) if column.field is not None else f"stated:{column.stated}"


_known: dict[int, tuple[Sheet, Patterns]] = {}


def patterns_of(sheet: Sheet) -> Patterns:
    """The patterns of a sheet of a profile, worked out once for each sheet object."""
    kept = _known.get(id(sheet))
    if kept is not None and kept[0] is sheet:
        return kept[1]
    if len(_known) > 64:
        _known.clear()
    found = _patterns_of(sheet)
    _known[id(sheet)] = (sheet, found)
    return found


def _patterns_of(sheet: Sheet) -> Patterns:
    certain: list[Pattern] = []
    likely: list[Pattern] = []
    fields: dict[str, Column] = {}

    def add(into: list[Pattern], texts: Iterable[str], own: bool, key: str) -> None:
        words = tuple(headed(text).word for text in texts)
        if all(words):
            into.append(Pattern(words, own, key))

    titled = [(column, group.title.words) for group in sheet.groups for column in group.columns]
    for column, titles in [*titled, *((column, ()) for column in sheet.columns)]:
        key = key_of(column, sheet)
        fields[key] = column
        for text in column.header:
            add(certain, text.split("/"), True, key)
        if column.field is None:
            continue
        described = field_of(key)
        for text in (described.name.zh, described.name.en, *described.also):
            add(certain, text.split("/") if "/" in text and text in described.also else [text], False, key)
        for short in (described.short.zh, described.short.en):
            for title in titles:
                add(likely, [title, short], False, key)
            for word in _stage_words(described):
                add(likely, [word, short], False, key)
                add(likely, [short, word], False, key)
        if sheet.stage and described.stage == sheet.stage:
            for text in _without_stage(described):
                add(likely, [text], False, key)
    depth = max((len(pattern.words) for pattern in certain if pattern.own), default=1)
    return Patterns(_indexed(certain, likely), fields, depth)


def _stage_words(described: Field) -> list[str]:
    if described.stage is None:
        return []
    names = STAGE_NAMES[described.stage]
    return [*(names.zh + suffix for suffix in _STAGE_SUFFIXES), names.en]


def _without_stage(described: Field) -> list[str]:
    """The field's names as they stand in a sheet that is of one stage anyway."""
    names = STAGE_NAMES[described.stage or "primary"]
    stripped = [text.replace(names.zh, "", 1) for text in (described.name.zh, *described.also) if "/" not in text]
    return [described.short.zh, described.short.en, *stripped]


def _indexed(certain: list[Pattern], likely: list[Pattern]) -> dict[str, list[Pattern]]:
    """By last word; of what is only derived, whatever could mean two fields is left out."""
    keys: dict[tuple[str, ...], set[str]] = {}
    for pattern in (*certain, *likely):
        keys.setdefault(pattern.words, set()).add(pattern.key)
    out: dict[str, list[Pattern]] = {}
    for pattern in dict.fromkeys((*certain, *(p for p in likely if len(keys[p.words]) == 1))):
        out.setdefault(pattern.words[-1], []).append(pattern)
    return out


# ---- what is found


@dataclass
class FoundHeader:
    """Rows of the header (`top` to `bottom`, from 1), the first row of data, and the column of each key.

    `units` are the units by column from the header's brackets, `row_units` those of a unit row; `texts` the header
    texts; `twice` the keys whose header stands over two columns.
    """

    top: int
    bottom: int
    data: int
    columns: dict[str, int]
    units: dict[int, str] = field(default_factory=dict)
    row_units: dict[int, str] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    twice: dict[str, tuple[int, int]] = field(default_factory=dict)


class _HeaderRows:
    """The texts of the first rows, with merged ranges filled."""

    def __init__(self, grid: Grid, within: int) -> None:
        self.grid = grid
        self.count = min(within, len(grid.rows))
        self.width = max((len(grid.row(r)) for r in range(1, self.count + 1)), default=0)
        self.own: dict[tuple[int, int], str] = {}
        self.wide: dict[tuple[int, int], str] = {}
        for r in range(1, self.count + 1):
            for c, value in enumerate(grid.row(r)):
                if isinstance(value, str) and value.strip():
                    self.own[r, c] = value
                elif isinstance(value, int | float):
                    self.own[r, c] = str(value)
        self.merged: set[tuple[int, int]] = set()
        for r1, c1, r2, c2 in grid.merges:
            text = self.own.get((r1, c1))
            if text is None or r1 > self.count:
                continue
            for r in range(r1, min(r2, self.count) + 1):
                self.own[r, c1] = text
                for c in range(c1, min(c2, self.width - 1) + 1):
                    self.merged.add((r, c))
                    self.wide[r, c] = text

    def above(self, row: int, bottom: int) -> dict[int, str]:
        """The group texts of a row above the bottom one, spread to the right over blanks where cells are not merged."""
        out: dict[int, str] = {}
        last: str | None = None
        for c in range(self.width):
            if (row, c) in self.merged:
                last = None
                if (row, c) in self.wide:
                    out[c] = self.wide[row, c]
            elif (row, c) in self.own:
                last = out[c] = self.own[row, c]
            elif last is not None and (bottom, c) in self.own:
                out[c] = last
        return out

    def paths(self, top: int, bottom: int) -> dict[int, tuple[list[str], str | None, str]]:
        """By column: the texts from the top down without their units, the unit, the whole text as it stands."""
        groups = [self.above(row, bottom) for row in range(top, bottom)]
        out = {}
        for c in range(self.width):
            lowest = next((r for r in range(bottom, top - 1, -1) if (r, c) in self.own), None)
            if lowest is None:
                continue
            texts = [g[c] for g in groups[: lowest - top] if c in g] + [self.own[lowest, c]]
            words: list[str] = []
            unit: str | None = None
            for text in texts:
                word, named = headed(text)
                if word and (not words or words[-1] != word):
                    words.append(word)
                unit = named or unit
            if words:
                out[c] = (words, unit, " / ".join(dict.fromkeys(" ".join(t.split()) for t in texts)))
        return out


def find_header(grid: Grid, sheet: Sheet) -> FoundHeader | None:
    """The header of a table within the sheet's first rows: the rows that give most fields, `needs` among them."""
    rows = _HeaderRows(grid, sheet.header.within_rows)
    patterns = patterns_of(sheet)
    needs = [sheet.field_id(name) for name in sheet.header.needs]
    best: tuple[tuple[int, int, int, int], FoundHeader] | None = None
    for levels in range(1, sheet.header.levels + 1):
        for bottom in range(levels, rows.count + 1):
            found, depth = _matched(rows, patterns, bottom - levels + 1, bottom)
            if not found.columns or not all(name in found.columns for name in needs):
                continue
            rank = (len(found.columns) - len(found.twice), depth, -levels, -bottom)
            if best is None or rank > best[0]:
                best = (rank, found)
        if best is not None and best[0][0] == len(patterns.fields) and levels >= patterns.depth:
            break  # nothing more can be found
    if best is None:
        return None
    header = best[1]
    _skip_unit_rows(grid, header)
    return header


def _matched(rows: _HeaderRows, patterns: Patterns, top: int, bottom: int) -> tuple[FoundHeader, int]:
    """The columns under these rows, and how many words of the profile's own patterns fitted."""
    found = FoundHeader(top, bottom, bottom + 1, {})
    ranks: dict[str, tuple[int, bool]] = {}
    for c, (path, unit, text) in rows.paths(top, bottom).items():
        match = patterns.match(path)
        if match is None:
            continue
        key, rank = match
        if key not in ranks or rank > ranks[key]:
            found.columns[key], ranks[key] = c, rank
            found.twice.pop(key, None)
        elif rank == ranks[key]:
            found.twice.setdefault(key, (found.columns[key], c))
        else:
            continue
        found.texts[c] = text
        if unit:
            found.units[c] = unit
    return found, sum(words for words, own in ranks.values() if own)


def _skip_unit_rows(grid: Grid, header: FoundHeader) -> None:
    """Rows right under the header that hold units, or number the columns, are no data."""
    for _ in range(2):
        row = grid.row(header.data)
        texts = {c: norm(v).strip("()[]") for c, v in enumerate(row) if isinstance(v, str) and v.strip()}
        numbers = [v for v in row if isinstance(v, int | float)]
        named = {c: text.removeprefix(_UNIT_PREFIX) for c, text in texts.items()}
        units = {c: text for c, text in named.items() if is_unit(text)}
        others = [text for c, text in named.items() if c not in units and text not in _NO_UNIT]
        if units and not numbers and len(units) > len(others):
            header.row_units.update({c: text for c, text in named.items() if text not in _NO_UNIT})
        elif not _numbers_columns(numbers, list(texts.values())):
            return
        header.data += 1


def _numbers_columns(numbers: list[int | float], texts: list[str]) -> bool:
    """A row such as 甲 乙 1 2 3 4, as statistics forms have it."""
    digits = [int(t) for t in texts if t.isdecimal() and len(t) < 4]
    counted = [*digits, *numbers]
    return (
        len(counted) >= 3
        and all(t in _ORDINALS for t in texts if not t.isdecimal())
        and counted == list(range(int(counted[0]), int(counted[0]) + len(counted)))
        and counted[0] in (1, 2, 3)
    )
