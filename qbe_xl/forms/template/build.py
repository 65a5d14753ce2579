"""Writes the template, blank or filled with a county, the same bytes for the same content."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from qbe_xl import __version__
from qbe_xl.core.languages import Lang
from qbe_xl.county import County, Row
from qbe_xl.forms.template import input_sheets, live_sheets
from qbe_xl.forms.template.calls import VARIANT
from qbe_xl.forms.template.cells import Key
from qbe_xl.forms.template.layout import DEFAULT_SCHOOLS, Layout
from qbe_xl.forms.template.plan import Template
from qbe_xl.forms.template.styles import Styles
from qbe_xl.forms.template.words import VARIANT_NAME
from qbe_xl.safety import save_atomically
from qbe_xl.standards import Edition

Live = Mapping[Key, float | int | str]
# Excel keeps the moment of creation in the file; a fixed one makes the bytes depend on the content alone.
CREATED = datetime(2024, 9, 1)
# A file last calculated by an older Excel is recalculated at opening; this is that of Excel 2019 and later.
CALC_ID = 191029


class _Sheet(Worksheet):
    """A sheet that takes formulas as they are: ours use no function newer than Excel 2007, so nothing is to be prefixed."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


def write_template(
    target: Path | str,
    edition: Edition,
    lang: Lang = "zh",
    schools: int = DEFAULT_SCHOOLS,
    county: County | None = None,
    live: Live | None = None,
    note: str | None = None,
    functions: bool = False,
    explanations: Sequence[Row] = (),
) -> Path:
    """Write the template for an edition to `target`, with room for `schools` schools.

    `county` fills the input cells, `explanations` the sheet 疑问说明;
    `live` gives the cached values of formula cells by key (blank where absent), so that
    viewers that do not calculate show them; `note` is a line of text on the first sheet; `functions` makes the variant with
    QBE_* calls, which shows its cached values until it is recalculated. QbeError QBE-CAL-004 for a
    number of schools out of range, QBE-CAL-001 where the file cannot be written.
    """
    return save_atomically(
        Path(target), template_bytes(edition, lang, schools, county, live, note, functions, explanations)
    )


def template_bytes(
    edition: Edition,
    lang: Lang = "zh",
    schools: int = DEFAULT_SCHOOLS,
    county: County | None = None,
    live: Live | None = None,
    note: str | None = None,
    functions: bool = False,
    explanations: Sequence[Row] = (),
) -> bytes:
    """The template as bytes; see `write_template`."""
    plan = Template(edition, lang, schools, functions)
    buffer = io.BytesIO()
    options: dict[str, Any] = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as workbook:
        workbook.set_properties(
            {
                "title": plan.layout.sheet_name("guide"),
                "comments": f"qbe-xl {__version__} {edition.id}",
                "created": CREATED,
            }
        )
        # hidden, so that nobody renames them by chance; the reader and the checks look at them
        names = [("QBE_EDITION", edition.id), ("QBE_TEMPLATE", plan.layout.version)]
        if functions:
            names.append((VARIANT_NAME, VARIANT))
            # without the add-in a recalculation at opening would turn every call into #NAME?
            workbook.calc_on_load, workbook.calc_id = False, CALC_ID
        for name, value in names:
            workbook.defined_names.append([name, -1, f'"{value}"', True])
        styles = Styles(workbook)
        sheets = {
            sheet_id: workbook.add_worksheet(plan.layout.sheet_name(sheet_id), _Sheet)
            for sheet_id in _order(plan.layout)
        }
        input_sheets.write(plan, sheets, styles, county, note, explanations)
        live_sheets.write(plan, sheets, styles, live or {})
        sheets["guide"].activate()
    return buffer.getvalue()


def _order(layout: Layout) -> list[str]:
    return [*layout.sheets, "reasons", "primary", "junior", "cv", "result", "checks"]
