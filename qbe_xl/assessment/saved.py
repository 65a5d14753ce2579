"""Results saved in the template's result sheets, held against what its figures give: 差异系数, 评估结果, 社会认可度.

The engine's own values are the yardstick: it gives what the formulas must show. Nothing is said where the two may well
differ for another reason: the report has errors, a text was read as a number, there are more schools than result rows,
or nothing was ever calculated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qbe_xl.assessment.live import Shown, live_results
from qbe_xl.assessment.results import Assessment
from qbe_xl.checks.integrity import listed
from qbe_xl.checks.integrity_formulas import Known, template_for
from qbe_xl.core.findings import Finding
from qbe_xl.county.package import LiveSheets, Saved

CODE = "QBE-INT-006"
SHOWN = 5
NEAR = 1e-7  # of the number: programs add up in different orders; nobody sees less
_SHEETS = ("result", "cv", "recognition")
_READ_AS_FORMULA = "QBE-DAT-007"  # what a formula gave counts for the sheet and the engine alike


def saved_results(result: Assessment, found: Sequence[Finding]) -> Iterator[Finding]:
    """One finding for each result sheet with saved results that are not what the engine computes."""
    package, county = result.submission.package, result.county
    live = package.live if package is not None else None
    if package is None or live is None or county is None or package.pinned != result.edition.id:
        return
    if result.edition.options or any(_another_reason(finding) for finding in found):
        return
    known = template_for(live, result.edition)
    if known is None or len(county.schools) > known.template.layout.capacity:
        return
    yield from _differences(result, known, live)


def _another_reason(finding: Finding) -> bool:
    return finding.severity == "error" or (finding.code.startswith("QBE-DAT-") and finding.code != _READ_AS_FORMULA)


def _differences(result: Assessment, known: Known, live: LiveSheets) -> Iterator[Finding]:
    template = known.template
    computed = live_results(result, template)
    cells = [cell for cell in known.cells if cell.sheet in _SHEETS]
    names = {sheet: template.layout.sheet_name(sheet) for sheet in _SHEETS}
    results = [cell for cell in cells if cell.sheet != "recognition"]
    if not any(live.values.get(names[cell.sheet], {}).get(cell.ref) for cell in results):
        return  # never calculated
    for sheet in _SHEETS:
        name = names[sheet]
        saved = live.values.get(name)
        if saved is None:
            continue
        wrong = [
            (cell.ref, saved.get(cell.ref), computed.get(cell.key, ""))
            for cell in cells
            if cell.sheet == sheet and not _same(saved.get(cell.ref), computed.get(cell.key, ""))
        ]
        if wrong:
            ref, was, wanted = wrong[0]
            refs = tuple(each for each, _, _ in wrong[:SHOWN])
            args = {"count": len(wrong), "cells": listed(refs, len(wrong)), "found": _text(was), "wanted": _text(wanted)}
            yield Finding(CODE, name, ref, args=args, also=refs[1:])


def _same(saved: Saved, value: Shown) -> bool:
    if saved is None or saved == "":
        return value == ""
    if isinstance(saved, str) or isinstance(value, str):
        return saved == value
    return abs(saved - value) <= NEAR * max(1.0, abs(value))


def _text(value: Saved | Shown) -> str:
    if value is None or value == "":
        return "—"
    return f"{value:.6g}" if isinstance(value, float) else str(value)[:40]
