"""The variant of the template with QBE_* calls: the same results, the same reading, values to be seen without the add-in."""

from __future__ import annotations

import os
import re
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

os.environ.setdefault("TQDM_DISABLE", "1")

import formulas
import numpy as np
import openpyxl
import pytest
from openpyxl.utils.cell import range_boundaries

from qbe_xl.assessment import assess
from qbe_xl.assessment.live import live_values
from qbe_xl.cli import main
from qbe_xl.forms import read
from qbe_xl.forms.template import Template, write_template
from qbe_xl.forms.template.cells import LiveCell
from qbe_xl.hosts.formulas_host import compiled
from qbe_xl.hosts.headless import recalculate
from qbe_xl.safety import Refused
from qbe_xl.standards import load_edition
from scripts.sample_counties import all_samples
from scripts.samples import with_functions, write_filled
from tests.paths import ROOT, SAMPLES

SHIPPED = ROOT / "workbooks" / "qbe-county-template-udf.xlsx"
EDITION = load_edition("cn-qbe-2017")
MADE = {sample.name: sample for sample in all_samples()}


def calling(template: Template) -> list[LiveCell]:
    return [cell for cell in template.live_cells() if "QBE_" in cell.formula]


# ---- what is shipped


def test_the_shipped_one_is_current(tmp_path: Path) -> None:
    fresh = write_filled(with_functions(), tmp_path / SHIPPED.name, functions=True)
    assert fresh.read_bytes() == SHIPPED.read_bytes(), "stale: run make samples"


def test_its_cached_values_are_the_engines() -> None:
    """What is seen where no add-in is installed."""
    template = Template(EDITION, "zh", with_functions().schools, functions=True)
    expected = live_values(assess(SHIPPED), template)
    book = openpyxl.load_workbook(SHIPPED, data_only=True)
    called = calling(template)
    seen = {cell.key: book[template.layout.sheet_name(cell.sheet)][cell.ref].value for cell in called}
    assert {key: value or "" for key, value in seen.items()} == pytest.approx({key: expected[key] for key in seen})
    # of 32 units: 32 verdicts, 7 statuses each; and what stands under the seven CVs of two stages
    assert sum(value in ("达标", "不达标", "可作余项") for value in seen.values()) == 32 * 8 + 2
    assert sum(isinstance(value, float) for value in seen.values()) == 2 * (7 * 3 + 1) + 1


def test_opening_it_recalculates_nothing() -> None:
    """Excel would turn the calls into #NAME? without the add-in; other workbooks of ours are calculated at opening."""
    with zipfile.ZipFile(SHIPPED) as package:
        calc = re.search(r"<calcPr [^>]*>", package.read("xl/workbook.xml").decode())
    assert calc and "fullCalcOnLoad" not in calc[0]
    assert int(re.findall(r'calcId="(\d+)"', calc[0])[0]) >= 191029
    with zipfile.ZipFile(SAMPLES / "pass.xlsx") as package:
        assert 'fullCalcOnLoad="1"' in package.read("xl/workbook.xml").decode()


def test_it_tells_that_it_needs_the_add_in() -> None:
    book = openpyxl.load_workbook(SHIPPED)
    guide = " ".join(str(cell.value) for row in book["说明"].iter_rows() for cell in row if cell.value)
    assert "#NAME?" in guide and "qbe-xl new-template" in guide
    assert "QBE_" in book["评估结果"]["A2"].value and "QBE_COEF" in book["差异系数"]["A2"].value
    plain = openpyxl.load_workbook(SAMPLES / "pass.xlsx")
    assert "QBE_" not in " ".join(str(c.value) for s in plain for row in s.iter_rows() for c in row)


# ---- read and assessed like the template


def test_it_is_read_and_assessed_like_the_template(tmp_path: Path) -> None:
    sample = with_functions()
    plain = write_filled(sample, tmp_path / "plain.xlsx")
    ours, theirs = assess(SHIPPED), assess(plain)
    assert (ours.verdict, ours.blocked, ours.findings) == (theirs.verdict, theirs.blocked, theirs.findings)
    assert [i for g in ours.groups.values() for i in g.items] == [i for g in theirs.groups.values() for i in g.items]
    assert read(SHIPPED).file.template_version == read(plain).file.template_version == "qbe-county-1/1"
    assert read(SHIPPED).form == read(plain).form


# ---- the calls give what the native formulas give


class Sheets:
    """The cells of a workbook as they were saved."""

    def __init__(self, path: Path) -> None:
        self.book = openpyxl.load_workbook(path, data_only=True)

    def area(self, ref: str, own: str) -> np.ndarray:
        """The cells of `小学指标!E8:E47` or `E8`, blanks as texts of no length, as formulas leave them."""
        sheet, _, cells = ref.rpartition("!")
        first, top, last, bottom = range_boundaries(cells)
        rows = self.book[sheet.strip("'") or own].iter_rows(top, bottom, first, last, values_only=True)
        table = [["" if cell is None else cell for cell in row] for row in rows]
        array = np.empty((len(table), len(table[0])), dtype=object)
        for i, row in enumerate(table):
            array[i] = row
        return array


@cache
def _compiled(formula: str) -> Any:
    return compiled(formula)


_OWN = 99999  # stands for a cell's own row, so that a column's formula is compiled once


def evaluated(sheets: Sheets, template: Template, cell: LiveCell) -> Any:
    """The cell's formula over what is saved in the cells that it looks at."""
    row = cell.ref.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    function = _compiled(re.sub(rf"(\$[A-Z]+){row}\b", rf"\g<1>{_OWN}", cell.formula))
    own = template.layout.sheet_name(cell.sheet)
    refs = [ref.replace(str(_OWN), row) for ref in function.inputs]
    answer = function(*(formulas.Ranges().push(ref, sheets.area(ref, own)) for ref in refs))
    return np.asarray(getattr(answer, "value", answer), dtype=object).ravel()[0]


def in_use(cell: LiveCell, template: Template, schools: int) -> bool:
    """Rows beyond the schools are all alike: the first of them stands for all."""
    return cell.key[0] != "unit" or int(cell.key[2]) <= schools + 1


@pytest.mark.parametrize("name", MADE)
def test_every_call_gives_the_engines_value(name: str, tmp_path: Path) -> None:
    """Missing figures, several stages, limits met exactly: whatever the samples hold."""
    sample = MADE[name]
    path = write_filled(sample, tmp_path / "variant.xlsx", functions=True)
    template = Template(EDITION, "zh", sample.schools, functions=True)
    expected = live_values(assess(path), template)
    sheets = Sheets(path)
    wrong = []
    cells = [cell for cell in calling(template) if in_use(cell, template, len(sample.county.schools))]
    assert len(cells) > 150
    for cell in cells:
        found, want = evaluated(sheets, template, cell), expected[cell.key]
        if found != (want if isinstance(want, str) else pytest.approx(want, rel=1e-12, abs=1e-12)):
            wrong.append((cell.sheet, cell.ref, found, want))
    assert wrong == []


def test_missing_figures_show_what_is_known() -> None:
    """The functions would answer #N/A or #VALUE! there: the native formula stands in that branch."""
    template = Template(EDITION, "zh", 3, functions=True)
    mean = next(cell for cell in template.live_cells() if cell.key == ("mean", "primary", "L6"))
    assert "SUMPRODUCT" in mean.formula and "QBE_MEAN" in mean.formula


def test_it_is_recalculated_without_a_spreadsheet(tmp_path: Path) -> None:
    """As Excel saves it too, with the add-in's path before each call; an edited result is found, a changed call refused."""
    assert recalculate(SHIPPED).differences == ()
    saved = _rewritten(tmp_path / "saved.xlsx", "QBE_", r"'C:\加载项\qbe_xl.xlam'!QBE_", "sheet")
    assert "qbe_xl.xlam" in openpyxl.load_workbook(saved)["差异系数"]["F6"].value
    assert recalculate(saved).differences == ()
    other = _rewritten(tmp_path / "other.xlsx", "QBE_COEF", "QBE_STD", "sheet")
    with pytest.raises(Refused, match="QBE-STR-016"):
        recalculate(other)


def _rewritten(target: Path, old: str, new: str, part: str) -> Path:
    """The shipped workbook with another text in its sheets' formulas."""
    with zipfile.ZipFile(SHIPPED) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name in source.namelist():
            data = source.read(name).decode() if part in name else ""
            changed = re.sub(r"<f>[^<]*</f>", lambda found: found[0].replace(old, new), data)
            package.writestr(name, changed if data else source.read(name))
    return target


# ---- what differs from the template, and what does not


def test_only_these_cells_differ() -> None:
    plain, variant = (Template(EDITION, "zh", 5, functions=flag) for flag in (False, True))
    pairs = list(zip(plain.live_cells(), variant.live_cells(), strict=True))
    assert all((a.sheet, a.ref, a.key, a.style) == (b.sheet, b.ref, b.key, b.style) for a, b in pairs)
    changed = {b.key: b.formula for a, b in pairs if a.formula != b.formula}
    assert all("QBE_" in formula for formula in changed.values())
    kinds = {(key[0], str(key[-1]).partition(".")[2] or key[-1]) for key in changed}
    assert {kind for kind in kinds if kind[0] != "mean"} == {
        ("unit", "status"), ("unit", "verdict"), ("cv", "std"), ("cv", "cv"), ("composite", "primary"),
        ("composite", "junior"), ("item", "status"), ("item", "value"),
    }  # fmt: skip
    assert sum(key[0] == "mean" for key in changed) == 2 * 7
    assert not any("QBE_" in cell.formula for cell in plain.live_cells())


@pytest.mark.parametrize("formula", [c.formula for c in calling(Template(EDITION, "zh", 1, functions=True))])
def test_no_call_stands_where_there_is_no_unit(formula: str) -> None:
    """A blank form shows no #NAME? either: every call is behind a condition."""
    assert formula.startswith("=IF(")


def test_english_sheets_keep_english_statuses() -> None:
    """The functions answer in Chinese."""
    names = {re.findall(r"QBE_\w+", cell.formula)[0] for cell in calling(Template(EDITION, "en", 2, functions=True))}
    assert names == {"QBE_MEAN", "QBE_STD", "QBE_COEF", "QBE_COMPOSITE", "QBE_RECOGNITION"}


def test_an_overlay_is_named_in_the_call() -> None:
    shenyang = Template(load_edition("cn-qbe-2017-shenyang"), "zh", 1, functions=True)
    status = next(cell for cell in calling(shenyang) if cell.key[-1] == "L1.status")
    assert status.formula.count('"cn-qbe-2017-shenyang"') == 1
    assert '"cn-qbe-2017"' not in next(c for c in calling(Template(EDITION, "zh", 1, True))).formula


def test_an_edition_from_a_file_decides_by_itself(tmp_path: Path) -> None:
    """Only shipped editions are known to the functions."""
    file = tmp_path / "city.yaml"
    file.write_text(
        "id: city\nextends: cn-qbe-2017\nname: {zh: 某市, en: A city}\n"
        "changes:\n- {id: G9, at_least: 0.98, source: {document: 教督〔2017〕6号, confidence: P}}\n",
        encoding="utf-8",
    )
    cells = calling(Template(load_edition(str(file)), "zh", 1, functions=True))
    assert cells and not any("QBE_STATUS" in cell.formula or "QBE_VERDICT" in cell.formula for cell in cells)


def test_the_command_writes_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "t.xlsx"
    assert main(["new-template", str(target), "--schools", "2", "--functions"]) == 0
    assert target.read_bytes() == write_template(tmp_path / "u.xlsx", EDITION, "zh", 2, functions=True).read_bytes()
    with zipfile.ZipFile(target) as package:
        names = package.read("xl/workbook.xml").decode()
    assert re.search(r'name="QBE_VARIANT" hidden="1">"functions"<', names)
