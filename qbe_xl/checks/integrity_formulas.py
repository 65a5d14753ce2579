"""The result sheets held against the template: formulas by field, limits. Texts are compared, nothing is evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

from qbe_xl.checks.integrity import listed
from qbe_xl.checks.memo import once
from qbe_xl.checks.registry import check_package
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Lang
from qbe_xl.county import County
from qbe_xl.county.package import OWN_ROW, Formulas, LiveSheets, Package, Saved, own_row_out
from qbe_xl.forms.template import MAX_SCHOOLS, Template, words
from qbe_xl.forms.template.layout import LIVE_FIRST_ROW
from qbe_xl.forms.texts import cell_of, column_of, letter
from qbe_xl.formula.matching import Area, areas_of
from qbe_xl.standards import Edition, known_editions, load_edition

SHOWN = 5
_TABLES = ("checks", "primary", "junior")
_FEWEST = 3  # columns with formulas that make a row one of the table's


@dataclass
class Compared:
    """Cells of the result sheets by sheet: `changed` formulas, `lost` ones, changed `limits` as (cell, found, wanted)."""

    changed: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    lost: dict[str, list[str]] = field(default_factory=dict)
    limits: dict[str, list[tuple[str, Saved, Saved]]] = field(default_factory=dict)


class Known:
    """A template and what a workbook made from it holds: `cells`, of the tables of results the first row alone, and the
    `texts` of their formulas by (sheet id, column, row), own row taken out."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.cells = template.first_row_cells()
        self.texts: dict[tuple[str, str, int], str] = {}
        for cell in self.cells:
            row, column = cell_of(cell.ref)
            self.texts[cell.sheet, letter(column), row] = own_row_out(cell.formula.removeprefix("="), row)


@lru_cache(maxsize=8)
def _shipped(edition_id: str, lang: Lang, capacity: int, variant: bool) -> Known:
    return Known(Template(load_edition(edition_id), lang, capacity, variant))


def template_for(live: LiveSheets, edition: Edition) -> Known | None:
    """The template that the result sheets come from; None where their tables hold no formulas."""
    lang = cast(Lang, live.lang)
    for sheet_id in _TABLES:
        name = words.SHEETS[sheet_id][lang]
        rows: dict[int, int] = {}
        for each in live.formulas:
            if each.sheet == name and each.text:
                for _, last in each.rows:
                    rows[last] = rows.get(last, 0) + 1
        told = [last for last, columns in rows.items() if columns >= _FEWEST and last >= LIVE_FIRST_ROW]
        if told and (capacity := max(told) - LIVE_FIRST_ROW + 1) <= MAX_SCHOOLS:
            if edition.id in known_editions():
                return _shipped(edition.id, lang, capacity, live.variant)
            return Known(Template(edition, lang, capacity, live.variant))
    return None


def edition_of(package: Package, edition: Edition) -> Edition | None:
    """The edition that the workbook's template was made for, without any option; None where it is not known."""
    if package.pinned in known_editions():
        return load_edition(package.pinned)
    return edition if package.pinned == edition.id else None


def compared(package: Package, county: County, edition: Edition) -> Compared | None:
    """What differs; None where the template is not known, or has no formulas left."""
    live, own = package.live, edition_of(package, edition)
    if live is None or own is None:
        return None

    def make() -> Compared | None:
        known = template_for(live, own)
        return _Comparison(known, live, county).all() if known is not None else None

    return once(county, ("result sheets", own.id), make)


class _Comparison:
    def __init__(self, known: Known, live: LiveSheets, county: County) -> None:
        template = known.template
        self.known, self.template, self.live, self.county = known, template, live, county
        self.layout = template.layout
        self.names = {sheet_id: self.layout.sheet_name(sheet_id) for sheet_id in (*self.layout.sheets, *_LIVE)}
        self.ids = {name: sheet_id for sheet_id, name in self.names.items()}
        self.inputs = {self.layout.sheet_name(sheet_id) for sheet_id in self.layout.sheets}
        self.as_template = _stands_as_in(template, county)
        self.found: dict[tuple[str, str], list[Formulas]] = {}
        for each in live.formulas:
            self.found.setdefault((each.sheet, each.column), []).append(each)
        self.result = Compared()

    def all(self) -> Compared:
        layout = self.layout
        gone = {*self.live.missing, *self.live.damaged}
        for (sheet_id, column, row), text in self.known.texts.items():
            name = self.names[sheet_id]
            if name in gone:
                continue
            table = sheet_id in _TABLES and row == LIVE_FIRST_ROW
            self._column(name, column, row, layout.live_last_row if table else row, text)
        self._limits()
        return self.result

    def _column(self, name: str, column: str, first: int, last: int, text: str) -> None:
        """One formula, or a column of a table that repeats it."""
        missing = last - first + 1
        told: list[tuple[int, int]] = []
        for each in self.found.get((name, column), ()):
            spans = [(max(a, first), min(b, last)) for a, b in each.rows if a <= last and b >= first]
            if not spans:
                continue
            told += spans
            missing -= sum(b - a + 1 for a, b in spans)
            if (each.text != text or not self.as_template) and not self._same(name, text, each.text, spans[0][0]):
                cells = [f"{column}{row}" for a, b in spans for row in range(a, b + 1)]
                self.result.changed.setdefault(name, []).extend((cell, each.text, text) for cell in cells)
        # a damaged file may have a formula twice in one cell, so the sum alone does not tell
        if (missing or len(told) > 1) and not self.live.cut:
            there = {row for a, b in told for row in range(a, b + 1)}
            cells = [f"{column}{row}" for row in range(first, last + 1) if row not in there]
            if cells:
                self.result.lost.setdefault(name, []).extend(cells)

    def _same(self, name: str, wanted: str, found: str, row: int) -> bool:
        """Whether two texts say the same, each reference taken as the field it leads to."""
        if not found:
            return False
        number = str(row)
        pairs = areas_of(name, wanted.replace(OWN_ROW, number), row, found.replace(OWN_ROW, number), row)
        if pairs is None:
            return False
        for area, there in pairs:
            if area[0] not in self.inputs or area[0] == name:
                if area != there:
                    return False
            elif not self._leads_to(area, there):
                return False
        return True

    def _leads_to(self, area: Area, there: Area) -> bool:
        """Whether a place of an input sheet holds the field that the template's place holds."""
        sheet_id = self.ids.get(area[0], "")
        if there[0] != area[0]:
            return False
        if sheet_id in {"schools", "recognition"}:
            rows = self.county.schools if sheet_id == "schools" else self.county.survey
            columns = self.layout.school_columns if sheet_id == "schools" else self.layout.survey_columns
            named = {column_of(column): name for name, column in columns.items()}
            found = rows[0].columns if rows else columns
            if there[3] != there[4] or found.get(named.get(area[3], "")) != letter(there[3]):
                return False
            if sheet_id == "recognition":
                return there[1:3] == area[1:3]
            return all(there[1] < row.number < there[2] for row in rows if row.sheet == there[0])
        field_id = next(
            (name for name, (sheet, row) in self.layout.fact_cells.items() if sheet == sheet_id and row == area[1]), ""
        )
        place = self.county.place(field_id)
        if place is None:
            return area == there
        return place.sheet == there[0] and cell_of(place.ref) == (there[1], there[3])

    def _limits(self) -> None:
        for sheet_id, cells in self._wanted_limits().items():
            name = self.names[sheet_id]
            values = self.live.values.get(name)
            if values is None:
                continue
            for cell, wanted in cells.items():
                found = values.get(cell)
                if not _equal(found, wanted):
                    self.result.limits.setdefault(name, []).append((cell, found, wanted))

    def _wanted_limits(self) -> dict[str, dict[str, Saved]]:
        found: dict[str, dict[str, Saved]] = {"cv": {}, "result": {}}
        for stage, sheet in self.template.units.items():
            found[stage] = {
                f"{sheet.columns[f'{i.id}.value']}{LIVE_FIRST_ROW - 2}": float(i.at_least[stage])  # type: ignore[index]
                for i in sheet.indicators
            }
            for index, i in enumerate(self.layout.edition.resources):
                cell = f"{self.template.cv.columns['limit']}{self.template.cv.row(stage, index)}"
                found["cv"][cell] = float(i.cv_at_most[stage])  # type: ignore[index]
        for line in self.template.result.lines:
            if line.limit and line.depth > 0:
                found["result"][f"{self.template.result.columns['limit']}{line.row}"] = line.limit
        return found


_LIVE = ("checks", "primary", "junior", "cv", "result")


def _equal(found: Saved, wanted: Saved) -> bool:
    if isinstance(found, float) and isinstance(wanted, float):
        return abs(found - wanted) <= 1e-9 * max(1.0, abs(wanted))
    return found == wanted


def _stands_as_in(template: Template, county: County) -> bool:
    """Whether every field stands where the template has it, so that equal texts lead to equal fields."""
    layout = template.layout
    for rows, columns in ((county.schools, layout.school_columns), (county.survey, layout.survey_columns)):
        if rows and any(columns.get(name, column) != column for name, column in rows[0].columns.items()):
            return False
    last = max((row.number for row in county.schools), default=0)
    if last >= layout.sentinel_row:
        return False
    for name, (_, row) in layout.fact_cells.items():
        place = county.place(name)
        if place is not None and cell_of(place.ref)[0] != row:
            return False
    return True


# ---- findings


@check_package("QBE-INT-002")
def result_sheets_missing(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """结果表不全，或表中已没有公式。 Result sheets are missing, or hold no formulas any more."""
    if not package.marked or package.form != "qbe-county-1":
        return
    live = package.live
    if live is None:
        yield Finding("QBE-INT-002", args={"list": "、".join(_names("zh"))})
        return
    without = [
        name
        for name in _names(cast(Lang, live.lang))
        if name in live.missing or (name not in live.damaged and not any(f.sheet == name for f in live.formulas))
    ]
    if without and not live.cut:
        yield Finding("QBE-INT-002", args={"list": "、".join(without)})


def _names(lang: Lang) -> list[str]:
    return [words.SHEETS[sheet_id][lang] for sheet_id in _LIVE]


@check_package("QBE-INT-003")
def formulas_differ(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """结果表的公式与模板不同。 Formulas that are not the template's."""
    found = compared(package, county, edition)
    for sheet, cells in found.changed.items() if found else ():
        first, text, wanted = cells[0]
        row = str(cell_of(first)[0])
        args = {
            "count": len(cells),
            "cells": listed(tuple(cell for cell, _, _ in cells[:SHOWN]), len(cells)),
            "found": _short(text.replace(OWN_ROW, row)),
            "wanted": _short(wanted.replace(OWN_ROW, row)),
        }
        yield Finding("QBE-INT-003", sheet, first, args=args, also=tuple(cell for cell, _, _ in cells[1:SHOWN]))
    if package.live is not None and package.live.cut:
        args = {"count": len(package.live.formulas), "cells": "—", "found": "…", "wanted": "…"}
        yield Finding("QBE-INT-003", package.live.formulas[0].sheet if package.live.formulas else None, args=args)


@check_package("QBE-INT-004")
def formulas_lost(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """模板为公式的单元格里现为数值或空白。 Cells that hold a value or nothing where the template has a formula."""
    found = compared(package, county, edition)
    for sheet, cells in found.lost.items() if found else ():
        if package.live is not None and not any(f.sheet == sheet for f in package.live.formulas):
            continue  # the whole sheet: told by another finding
        args = {"count": len(cells), "cells": listed(tuple(cells[:SHOWN]), len(cells))}
        yield Finding("QBE-INT-004", sheet, cells[0], args=args, also=tuple(cells[1:SHOWN]))


@check_package("QBE-INT-005")
def limits_differ(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """结果表中的限值与所用版本不同。 Limits in the result sheets that are not the edition's."""
    found = compared(package, county, edition)
    for sheet, cells in found.limits.items() if found else ():
        first, value, wanted = cells[0]
        args = {
            "count": len(cells),
            "cells": listed(tuple(cell for cell, _, _ in cells[:SHOWN]), len(cells)),
            "found": _shown(value),
            "wanted": _shown(wanted),
        }
        yield Finding("QBE-INT-005", sheet, first, args=args, also=tuple(cell for cell, _, _ in cells[1:SHOWN]))


def _shown(value: Saved) -> str:
    return "—" if value is None else f"{value:.15g}" if isinstance(value, float) else _short(value)


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
