"""Compares what LibreOffice computes in a template's result sheets with the engine, cell by cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qbe_xl.assessment import assess
from qbe_xl.assessment.live import live_values
from qbe_xl.assessment.results import Assessment
from qbe_xl.forms.template import Template
from qbe_xl.forms.template.cells import LiveCell

RELATIVE = 1e-12


def differences(template: Template, workbook: Path, office_values: dict[str, dict[str, Any]]) -> list[str]:
    """Every live cell where LibreOffice shows something else than the engine; empty where all agree.

    A squared deviation is held to 1e-12 of the pupils times the mean squared: next to the mean it cancels.
    """
    result = assess(workbook)
    expected = live_values(result, template)
    found = []
    cells = template.live_cells()
    assert len({(cell.sheet, cell.ref) for cell in cells}) == len(cells) > 1000
    for cell in cells:
        seen = office_values[template.layout.sheet_name(cell.sheet)].get(cell.ref, "")
        if not _same(expected[cell.key], seen, _scale(result, cell)):
            found.append(f"{cell.sheet}!{cell.ref} {cell.key}: engine {expected[cell.key]!r}, office {seen!r}")
    return found


def _scale(result: Assessment, cell: LiveCell) -> float:
    if cell.key[0] == "unit" and str(cell.key[3]).endswith(".square") and result.resources is not None:
        stage = result.resources.stages[str(cell.key[1])]
        indicator = stage.indicators.get(str(cell.key[3]).partition(".")[0])
        if indicator is not None and indicator.mean is not None:
            most = max(float(unit.unit.pupils or 0) for unit in stage.units)
            return most * float(indicator.mean) ** 2
    if cell.key[0] == "cv" and result.resources is not None:
        indicator = result.resources.stages[str(cell.key[1])].indicators.get(str(cell.key[2]))
        if indicator is not None and indicator.mean is not None and cell.key[3] == "std":
            return float(indicator.mean)
    return 0.0


def _same(expected: Any, seen: Any, scale: float) -> bool:
    if isinstance(expected, str) or isinstance(seen, str):
        return bool(expected == seen)
    if isinstance(seen, dict):
        return False
    return abs(float(expected) - float(seen)) <= RELATIVE * max(abs(float(expected)), abs(float(seen)), scale)
