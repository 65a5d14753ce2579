"""Workbooks of any size, filled with made-up schools."""

from __future__ import annotations

import io
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import xlsxwriter

from qbe_xl.county import County
from qbe_xl.forms.template import Template, input_sheets, write_template
from qbe_xl.forms.template.build import CREATED
from qbe_xl.forms.template.layout import Layout
from qbe_xl.forms.template.styles import Styles
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from scripts.sample_counties import GOOD_FACTS, GOOD_SURVEY, county, furnished, school


def made_up(schools: int, seed: int = 1) -> County:
    """A county of `schools` schools: two in three primary, the rest junior and nine-year."""
    rng = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for number in range(schools):
        kind = ("primary", "primary", "junior")[number % 3] if number % 15 else "nine_year"
        pupils = {
            "primary": {"pupils_primary": rng.randint(120, 1900)},
            "junior": {"pupils_junior": rng.randint(150, 1900)},
            "nine_year": {"pupils_primary": rng.randint(150, 900), "pupils_junior": rng.randint(120, 700)},
        }[kind]
        rows.append(furnished(rng, school(number + 1, f"第{number + 1}学校", kind, **pupils)))
    return county("基准县", rows, GOOD_FACTS, GOOD_SURVEY)


def with_template(schools: int, target: Path) -> Path:
    """The full template, live sheets included."""
    return write_template(target, load_edition(DEFAULT_EDITION), "zh", schools, made_up(schools))


def inputs_only(schools: int, target: Path) -> Path:
    """The input sheets alone, for counties beyond the template's room."""
    layout = Layout(load_edition(DEFAULT_EDITION), "zh", schools)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        write_inputs(book, layout, made_up(schools))
    target.write_bytes(buffer.getvalue())
    return target


def write_inputs(book: xlsxwriter.Workbook, layout: Layout, filled: County) -> None:
    """The template's input sheets, filled, and no others."""
    book.set_properties({"created": CREATED})  # the same bytes every time
    sheets = {sheet_id: book.add_worksheet(layout.sheet_name(sheet_id)) for sheet_id in (*layout.sheets, "reasons")}
    for name, value in (("QBE_EDITION", DEFAULT_EDITION), ("QBE_TEMPLATE", layout.version)):
        book.defined_names.append([name, -1, f'"{value}"', True])  # as the template has them
    input_sheets.write(cast(Template, SimpleNamespace(layout=layout)), sheets, Styles(book), filled, None)
