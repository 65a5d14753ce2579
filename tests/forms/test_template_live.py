"""The template's native formulas against the engine: every sample, every formula cell, both languages, and after edits."""

from __future__ import annotations

from pathlib import Path

import pytest

from qbe_xl.assessment import assess
from qbe_xl.forms.template import Template, write_template
from qbe_xl.standards import load_edition
from scripts.sample_counties import Sample, all_samples
from tests.live import differences
from tests.office import Office
from tests.office.ops import Op, clear, delete_rows, insert_columns, insert_rows, move_columns, move_rows, set_value

pytestmark = pytest.mark.office
SAMPLES = {sample.name: sample for sample in all_samples()}


def _write(sample: Sample, folder: Path, lang: str, edition: str = "cn-qbe-2017") -> tuple[Path, Template]:
    rules = load_edition(edition)
    path = write_template(folder / f"{sample.name}.{lang}.xlsx", rules, lang, sample.schools, sample.county)
    return path, Template(rules, lang, sample.schools)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", SAMPLES)
def test_every_formula_cell_equals_the_engine(name: str, lang: str, tmp_path: Path, office: Office) -> None:
    path, template = _write(SAMPLES[name], tmp_path, lang)
    answer = office.run(path)
    assert differences(template, path, answer["values"]) == []


def test_an_overlay_flows_into_the_formulas(tmp_path: Path, office: Office) -> None:
    # 240000 yuan / 40 pupils = 6000: enough for the nation (6000), not for the overlay (8000)
    path, template = _write(SAMPLES["pass"], tmp_path, "zh", "cn-qbe-2017-shenyang")
    answer = office.run(path)
    assert differences(template, path, answer["values"]) == []
    row = template.result.rows["G7"]
    assert answer["values"]["评估结果"][f"E{row}"] == "不达标"


EDITS: dict[str, list[Op]] = {
    "rows inserted in the middle": [insert_rows("学校", 10, 3)],
    "rows inserted above the sentinel": [insert_rows("学校", 46, 5)],
    "rows inserted below the unit row": [insert_rows("学校", 6, 2)],
    "a school deleted": [delete_rows("学校", 12, 1)],
    "unused rows deleted": [delete_rows("学校", 40, 6)],
    "schools reordered": [move_rows("学校", 25, 9), move_rows("学校", 8, 30)],
    "a column moved": [move_columns("学校", "AO", "K")],
    "a column inserted": [insert_columns("学校", "F", 2)],
    "a figure cleared": [clear("学校", "AO8")],
    "a figure changed": [set_value("学校", "AO8", 1)],
    "an item row inserted": [insert_rows("政府保障", 20, 2)],
}


@pytest.mark.parametrize("edit", EDITS)
def test_edits_keep_every_total_right(edit: str, tmp_path: Path, office: Office) -> None:
    path, template = _write(SAMPLES["pass"], tmp_path, "zh")
    saved = tmp_path / "edited.xlsx"
    answer = office.run(path, ops=EDITS[edit], save_xlsx=saved)
    assert differences(template, saved, answer["values"]) == []


def test_structures_survive_edits(tmp_path: Path, office: Office) -> None:
    path, template = _write(SAMPLES["structures"], tmp_path, "zh")
    saved = tmp_path / "edited.xlsx"
    # the campuses before their main school, blank rows between them, and a figure of a campus cleared
    ops = [move_rows("学校", 10, 6), insert_rows("学校", 8, 2), clear("学校", "AK13")]
    answer = office.run(path, ops=ops, save_xlsx=saved)
    assert differences(template, saved, answer["values"]) == []
    assert assess(saved).verdict == "undetermined"


def test_above_capacity_the_sheet_says_so(tmp_path: Path, office: Office) -> None:
    """One school more than the result sheets hold: the verdict is withheld, and says why."""
    from dataclasses import replace

    sample = replace(SAMPLES["structures"], schools=len(SAMPLES["structures"].county.schools))
    path, template = _write(sample, tmp_path, "zh")
    assert office.run(path)["values"]["评估结果"]["C4"] == "达标"
    row = template.layout.sentinel_row
    from tests.office.ops import set_text

    values = office.run(path, ops=[insert_rows("学校", row, 1), set_text("学校", f"B{row}", "新建小学")])["values"][
        "评估结果"
    ]
    assert "超出" in values["A5"]
    assert values["C4"] == "待定"
