"""The template as blocks against the engine, LibreOffice and ExcelModel: every formula cell of every sample."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qbe_xl.assessment import assess
from qbe_xl.forms.grid import Book
from qbe_xl.forms.template import Template, write_template
from qbe_xl.formula import ErrorValue, Result, bound_plan, evaluate
from qbe_xl.formula.model import calculate
from qbe_xl.safety import preflight
from qbe_xl.standards import load_edition
from scripts.sample_counties import Sample, all_samples
from tests import live
from tests.formula.sheets import NAME, computed, plan_for
from tests.office import Office

SAMPLES = {sample.name: sample for sample in all_samples()}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plans")


def written(sample: Sample, folder: Path, lang: Any, edition: str = "cn-qbe-2017") -> tuple[Path, Template]:
    rules = load_edition(edition)
    path = write_template(folder / f"{sample.name}.{lang}.xlsx", rules, lang, sample.schools, sample.county)
    return path, Template(rules, lang, sample.schools)


def by_blocks(path: Path, template: Template, folder: Path) -> Result:
    layout = template.layout
    bound = bound_plan(layout.edition, layout.lang, layout.capacity, folder=folder)
    with Book(preflight(path, sheets=False)) as book:
        return evaluate(bound, {name: book.grid(name).rows for name in map(layout.sheet_name, layout.sheets)})


def as_values(result: Result) -> dict[str, dict[str, Any]]:
    """By sheet and cell, as LibreOffice's answers are."""
    found: dict[str, dict[str, Any]] = {}
    for sheet, ref, value in result.formula_cells():
        found.setdefault(sheet, {})[ref] = {"error": str(value)} if isinstance(value, ErrorValue) else value
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", SAMPLES)
def test_blocks_equal_the_engine(name: str, lang: str, tmp_path: Path, cache: Path) -> None:
    path, template = written(SAMPLES[name], tmp_path, lang)
    values = as_values(by_blocks(path, template, cache))
    assert sum(map(len, values.values())) == len(template.live_cells())
    assert live.differences(template, path, values) == []


@pytest.mark.office
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", SAMPLES)
def test_blocks_equal_libreoffice(name: str, lang: str, tmp_path: Path, cache: Path, office: Office) -> None:
    path, template = written(SAMPLES[name], tmp_path, lang)
    ours, theirs = as_values(by_blocks(path, template, cache)), office.run(path)["values"]
    assessed = assess(path)
    different = []
    for cell in template.live_cells():
        sheet = template.layout.sheet_name(cell.sheet)
        value, seen = ours[sheet][cell.ref], theirs[sheet].get(cell.ref, "")
        if not live._same(value, seen, live._scale(assessed, cell)):
            different.append((sheet, cell.ref, value, seen))
    assert different == []


def test_an_overlay_has_a_plan_of_its_own(tmp_path: Path, cache: Path) -> None:
    # 240000 yuan / 40 pupils = 6000: enough for the nation (6000), not for the overlay (8000)
    for edition, word in (("cn-qbe-2017", "达标"), ("cn-qbe-2017-shenyang", "不达标")):
        path, template = written(SAMPLES["pass"], tmp_path, "zh", edition)
        row = template.result.rows["G7"]
        assert by_blocks(path, template, cache).value("评估结果", f"E{row}") == word


def small() -> Sample:
    """A school with two campuses and another one, in a template for five: ExcelModel takes half a minute for that."""
    sample = SAMPLES["structures"]
    kept = sample.county.schools[4:8]
    return replace(sample, county=replace(sample.county, schools=kept), schools=5)


def test_blocks_equal_excel_model(tmp_path: Path, cache: Path) -> None:
    """Every formula of the template, evaluated by `formulas` alone."""
    path, template = written(small(), tmp_path, "zh")
    blocks = by_blocks(path, template, cache)
    layout, values, formulas = template.layout, {}, {}
    for cell in template.live_cells():
        formulas[layout.sheet_name(cell.sheet), cell.ref] = cell.formula
    with Book(preflight(path)) as book:
        for sheet in book.sheets:
            for number, row in enumerate(book.grid(sheet.name).rows, start=1):
                for column, value in enumerate(row):
                    ref = f"{_letters(column)}{number}"
                    if value is not None and (sheet.name, ref) not in formulas:
                        values[sheet.name, ref] = value
    model = calculate(values, formulas)
    assert len(model) == len(formulas) > 800
    different = {}
    for cell, value in model.items():
        ours = blocks.value(*cell)
        if value != (pytest.approx(ours, rel=1e-12, abs=1e-9) if isinstance(ours, float) else ours):
            different[cell] = (ours, value, formulas[cell])
    assert different == {}
    assert {value for value in model.values() if isinstance(value, str)} >= {"达标", "并入主校"}


def _letters(column: int) -> str:
    from qbe_xl.forms.texts import letter

    return letter(column)


# ---- which path serves a cell


def test_every_cell_of_the_template_is_served_by_blocks(cache: Path) -> None:
    bound = bound_plan(load_edition("cn-qbe-2017"), "zh", 8, folder=cache)
    result = evaluate(bound, {})
    template = Template(load_edition("cn-qbe-2017"), "zh", 8)
    for cell in template.live_cells():
        assert result.path(template.layout.sheet_name(cell.sheet), cell.ref) == "block"
    assert result.path("学校", "A6") == "input"
    with pytest.raises(KeyError):
        result.path("学校", "A9999")


def test_what_blocks_do_not_cover_goes_to_excel_model() -> None:
    # POWER and COUNTIF with a comparison are not among the blocks' functions; what follows from them is
    formulas = {
        "B1": "=POWER($A1,2)",
        "B2": "=POWER($A2,2)",
        "C1": "=B1+1",
        "C2": "=B2+1",
        "D1": '=COUNTIF(A1:A2,">2")',
    }
    found = computed(formulas, {"A1": 2, "A2": 3})
    assert [found.value(NAME, ref) for ref in formulas] == [4.0, 9.0, 5.0, 10.0, 1.0]
    assert [found.path(NAME, ref) for ref in formulas] == ["model", "model", "block", "block", "model"]


def test_a_circle_is_no_plan() -> None:
    with pytest.raises(ValueError, match="circle"):
        plan_for({"A1": "=B1+1", "B1": "=A1"})


def test_equal_formulas_are_one_block_and_like_ones_one_step() -> None:
    plan = plan_for({**{f"B{n}": f"=$A{n}*2" for n in range(1, 9)}, **{f"C{n}": f"=$A{n}*3" for n in range(1, 9)}})
    assert [(step["rows"], len(step["out"])) for step in plan["steps"]] == [(8, 2)]
    # a text that happens to hold the row's number is not the row's number
    plan = plan_for({"B1": '=$A1&"A1"', "B2": '=$A2&"A2"', "B3": '=$A3&"A2"'})
    assert [(step["rows"], len(step["out"])) for step in plan["steps"]] == [(1, 1), (2, 1)]


def test_a_county_changes_nothing_for_the_next(tmp_path: Path, cache: Path) -> None:
    """The bound plan is shared; an evaluation leaves nothing behind."""
    path, template = written(SAMPLES["structures"], tmp_path, "zh")
    first = as_values(by_blocks(path, template, cache))
    layout = template.layout
    evaluate(bound_plan(layout.edition, "zh", layout.capacity, folder=cache), {"学校": [(1, 2, "3")] * 40})
    assert as_values(by_blocks(path, template, cache)) == first
