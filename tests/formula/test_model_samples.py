"""Every formula cell of every sample by `formulas.ExcelModel`, which loads the shipped workbook itself: equal to the engine.

Blocks and LibreOffice are held to the engine elsewhere, so all three agree. This is the slow one: half a minute to three
minutes a workbook.
"""

from __future__ import annotations

import os
from collections import defaultdict
from typing import Any

import pytest
import schedula

from qbe_xl.forms.template import Template
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from scripts.sample_counties import Sample, all_samples
from tests.live import differences
from tests.paths import SAMPLES

MADE = {sample.name: sample for sample in all_samples()}


def by_excel_model(sample: Sample, template: Template) -> dict[str, dict[str, Any]]:
    """Sheet to cell to value, as `formulas` calculates them; errors and cells it does not know as a dict."""
    os.environ["TQDM_DISABLE"] = "1"
    import formulas

    book = f"{sample.name}.xlsx"
    solution = formulas.ExcelModel().loads(str(SAMPLES / book)).finish().calculate()
    values: dict[str, dict[str, Any]] = defaultdict(dict)
    for cell in template.live_cells():
        sheet = template.layout.sheet_name(cell.sheet)
        found = solution.get(f"'[{book}]{sheet}'!{cell.ref}")
        value = {"error": "missing"} if found is None else found.value[0, 0]
        if value is schedula.EMPTY:
            value = ""
        elif isinstance(value, formulas.tokens.operand.XlError):
            value = {"error": str(value)}
        values[sheet][cell.ref] = value
    return values


@pytest.mark.parametrize("name", MADE)
def test_excel_model_equals_the_engine(name: str) -> None:
    template = Template(load_edition(DEFAULT_EDITION), "zh", MADE[name].schools)
    assert differences(template, SAMPLES / f"{name}.xlsx", by_excel_model(MADE[name], template)) == []
