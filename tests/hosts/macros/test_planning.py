"""The planning macros on open workbooks: what they show equals what `qbe-xl gaps`, `whatif` and `plan` write."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import xlwings as xw

from qbe_xl import assess
from qbe_xl.assessment import Assessment, assess_submission
from qbe_xl.core.languages import Lang
from qbe_xl.forms import read
from qbe_xl.hosts.excel import charts, painter, settings, state
from qbe_xl.hosts.excel.planning_macros import YEARS
from qbe_xl.outputs.plan_workbook import draw_plan
from qbe_xl.outputs.planning_workbook import draw_gaps, draw_whatif
from qbe_xl.outputs.results.drawing import Drawing
from qbe_xl.planning.cheapest.costs import load_costs
from qbe_xl.planning.cheapest.plan import make_plan
from qbe_xl.planning.cheapest.relaxation import Relaxation
from qbe_xl.planning.drivers import find_drivers
from qbe_xl.planning.gaps import find_gaps
from qbe_xl.planning.scenario_sheet import COLUMNS, scenarios_of
from qbe_xl.planning.whatif import what_if
from tests.hosts.macros.books import SAMPLES, Everything, copied, everything
from tests.hosts.macros.test_macros import normal, quiet, refers_to_missing_sheets

Open = Callable[[Path], xw.Book]
SAMPLE = SAMPLES / "means-pass-schools-fail.xlsx"
GAPS = {"gaps", "school_gaps", "drivers"}
COSTS = "prices: {multimedia: 12345, hire_pe_art: 54321}\n"


def as_opened(path: Path) -> Assessment:
    """The assessment of a file as of an open workbook, which has no digest."""
    submission = read(path)
    return assess_submission(replace(submission, file=replace(submission.file, sha256=None)))


def with_scenarios(folder: Path, *rows: dict[str, object], name: str = "情景") -> Path:
    """The sample with a sheet of scenarios."""
    path = copied(SAMPLE, folder)
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.create_sheet(name)
    sheet.append([COLUMNS[key].zh for key in COLUMNS])
    for row in rows:
        sheet.append([row.get(key) for key in COLUMNS])
    workbook.save(path)
    return path


def two(folder: Path) -> Path:
    """Two scenarios: teachers for one school, and pupils of rural schools fewer by a tenth."""
    school = read(SAMPLE).county.schools[0].text("school_name")  # type: ignore[union-attr]
    first = {"name": "补教师", "what": "增加", "school": school, "field": "小学体育艺术专任教师数", "value": 3}
    second = {"name": "学生减少", "what": "预测", "school": "乡村", "field": "小学", "value": 0.9}
    return with_scenarios(folder, first, second, {"what": "均衡编班"})


def shows(book: xw.Book, drawing: Drawing) -> None:
    """The sheets of a drawing stand in the workbook, cell for cell."""
    tabs = settings.own_sheets(book)
    for sheet in drawing.sheets:
        assert tabs[sheet.key] == sheet.name
        used = book.sheets[sheet.name].range((1, 1), book.sheets[sheet.name].used_range.last_cell)
        values, formulas = used.options(ndim=2).value, used.formula
        found = {(r, c): v for r, row in enumerate(values) for c, v in enumerate(row) if v not in (None, "")}
        drawn = {at: cell for at, cell in sheet.cells.items() if cell.value not in (None, "")}
        assert found.keys() == drawn.keys(), sheet.key
        for (r, c), cell in drawn.items():
            if cell.formula is not None:
                assert normal(formulas[r][c]) == normal(cell.formula), (sheet.key, r, c)
            elif isinstance(cell.value, str):
                assert found[r, c] == cell.value, (sheet.key, r, c)
            else:
                assert found[r, c] == pytest.approx(cell.value, rel=1e-15), (sheet.key, r, c)
        names = {chart.name for chart in book.sheets[sheet.name].charts}
        assert names == {f"QBE_{chart.name}" for chart in sheet.charts}


def kept(before: Everything, after: Everything) -> bool:
    """Whether everything that was there is there as it was."""
    return all(
        (after.values[tab], after.formulas[tab]) == (before.values[tab], before.formulas[tab]) for tab in before.sheets
    )


def charted(book: xw.Book, drawing: Drawing) -> None:
    """The figures behind every chart that stands in the workbook are those of its drawing."""
    record = state.find_sheet(book)
    assert record is not None
    for at, column in charts._columns(drawing).items():
        (chart,) = (c for s in drawing.sheets for c in s.charts if (s.key, c.name) == at)
        wanted = charts.table(chart, drawing)
        found = record.range((1, column), (len(wanted), column + len(wanted[0]) - 1)).options(ndim=2).value
        assert [row[0] for row in found][1:] == [row[0] for row in wanted][1:], at
        for got, want in zip(found[1:], wanted[1:], strict=True):
            for g, w in zip(got[1:], want[1:], strict=True):
                assert w is None or g == pytest.approx(w), at


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_gaps_equal_the_headless_ones(open_book: Open, tmp_path: Path, lang: Lang) -> None:
    result = as_opened(SAMPLE)
    book = open_book(copied(SAMPLE, tmp_path))
    before = everything(book)
    outcome = quiet("what_is_missing", book, office_lang=lang)
    assert outcome.ok, outcome.message
    tabs = settings.own_sheets(book)
    assert set(tabs) == {"missing", *GAPS}
    drawing = draw_gaps(find_gaps(result), find_drivers(result), lang, tabs)
    assert any(sheet.charts for sheet in drawing.sheets)
    shows(book, drawing)
    schools = len({gap.school.name for gap in find_gaps(result).schools})
    assert str(schools) in outcome.message
    assert kept(before, everything(book))
    assert refers_to_missing_sheets(book) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_scenarios_equal_the_headless_ones(open_book: Open, tmp_path: Path, lang: Lang) -> None:
    path = two(tmp_path)
    result, scenarios = as_opened(path), scenarios_of(path)
    assert scenarios is not None
    book = open_book(path)
    book.app.calculate()  # saved without the values of formulas
    before = everything(book)
    outcome = quiet("compare_scenarios", book, office_lang=lang)
    assert outcome.ok, outcome.message
    assert "补教师" in outcome.message and "学生减少" in outcome.message
    tabs = settings.own_sheets(book)
    assert set(tabs) == {"scenarios", "actions"}
    shows(book, draw_whatif(what_if(result, scenarios), lang, tabs))
    assert kept(before, everything(book))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_plan_equals_the_headless_one(open_book: Open, tmp_path: Path, lang: Lang) -> None:
    plan = make_plan(as_opened(SAMPLE), years=YEARS)
    book = open_book(copied(SAMPLE, tmp_path))
    before = everything(book)
    outcome = quiet("cheapest_plan", book, office_lang=lang)
    assert outcome.ok, outcome.message
    tabs = settings.own_sheets(book)
    assert set(tabs) == {"plan", "plan_schools", "plan_years"}
    drawing = draw_plan(plan, lang, tabs)
    shows(book, drawing)
    charted(book, drawing)
    assert kept(before, everything(book))
    assert refers_to_missing_sheets(book) == []


def test_prices_of_the_bureau_s_own(open_book: Open, tmp_path: Path, own_folder: Path) -> None:
    """Out of the user's folder, never out of the workbook's."""
    (tmp_path / "costs.yaml").write_text("prices: {multimedia: 1}\n", encoding="utf-8")
    own_folder.mkdir(parents=True)
    (own_folder / "costs.yaml").write_text(COSTS, encoding="utf-8")
    book = open_book(copied(SAMPLE, tmp_path))
    outcome = quiet("cheapest_plan", book)
    assert outcome.ok, outcome.message
    assert str(own_folder / "costs.yaml") in outcome.message
    plan = make_plan(as_opened(SAMPLE), load_costs(own_folder / "costs.yaml"), years=YEARS)
    shows(book, draw_plan(plan, "zh", settings.own_sheets(book)))
    (own_folder / "costs.yaml").write_text("prices: {multimedias: 1}\n", encoding="utf-8")
    before = everything(book)
    outcome = quiet("cheapest_plan", book)
    assert not outcome.ok
    assert "costs.yaml" in outcome.message and "multimedias" in outcome.message
    assert everything(book) == before


def test_without_the_solver(open_book: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = open_book(copied(SAMPLE, tmp_path))
    before = everything(book)
    monkeypatch.setitem(sys.modules, "highspy", None)
    outcome = quiet("cheapest_plan", book)
    assert (outcome.ok, outcome.code) == (False, "QBE-PLN-105")
    assert "highspy" in outcome.message
    assert everything(book) == before
    assert quiet("what_is_missing", book).ok


def test_nothing_to_mend(open_book: Open, tmp_path: Path) -> None:
    """A plan that is done with takes its years away; the sheets of others stay."""
    path = copied(SAMPLES / "pass.xlsx", tmp_path)
    row = read(path).county.schools[0]  # type: ignore[union-attr]
    place = row.place("multimedia_rooms")
    assert place is not None
    book = open_book(path)
    cell = book.sheets[place.sheet].range(place.ref)
    right, cell.value = cell.value, 1
    assert quiet("cheapest_plan", book).ok
    assert quiet("what_is_missing", book).ok
    assert "plan_years" in settings.own_sheets(book)
    cell.value = right
    outcome = quiet("cheapest_plan", book)
    assert "不需要整改" in outcome.message
    assert set(settings.own_sheets(book)) == {"plan", "plan_schools", "missing", *GAPS}
    assert "没有缺口" in quiet("what_is_missing", book).message


def test_a_blank_sheet_is_added_and_filled_in(open_book: Open, tmp_path: Path) -> None:
    path = copied(SAMPLE, tmp_path)
    result = as_opened(path)
    book = open_book(path)
    before = everything(book)
    outcome = quiet("compare_scenarios", book)
    assert outcome.ok and "情景" in outcome.message
    assert settings.own_sheets(book) == {"scenario_form": "情景"}
    form = book.sheets["情景"]
    school = result.county.schools[0].text("school_name")  # type: ignore[union-attr]
    listed = {cell for row in form.used_range.options(ndim=2).value for cell in row}
    assert {"增加", "均衡编班", school, "小学体育艺术专任教师数", *(name.zh for name in COLUMNS.values())} <= listed
    again = quiet("compare_scenarios", book)
    assert again.ok and "还没有操作" in again.message
    assert set(settings.own_sheets(book)) == {"scenario_form"}
    form.range("A4:E4").value = ["补教师", "增加", school, "小学体育艺术专任教师数", 3]
    outcome = quiet("compare_scenarios", book)
    assert outcome.ok, outcome.message
    tabs = settings.own_sheets(book)
    assert set(tabs) == {"scenario_form", "scenarios", "actions"}
    (tmp_path / "other").mkdir()
    scenarios = [s for s in scenarios_of(two(tmp_path / "other")) or () if s.name == "补教师"]
    found = book.sheets[tabs["scenarios"]].used_range.options(ndim=2).value
    drawn = draw_whatif(what_if(result, scenarios), "zh", tabs).sheet("scenarios")
    assert sum(cell not in (None, "") for row in found for cell in row) == sum(
        cell.value not in (None, "") for cell in drawn.cells.values()
    )
    # an assessment leaves what the user has filled in; so does taking back
    assert quiet("run_assessment", book).ok
    assert "scenario_form" in settings.own_sheets(book)
    assert "scenarios" not in settings.own_sheets(book)
    assert quiet("undo_run", book).ok
    assert form.range("C4").value == school
    assert settings.own_sheets(book)["scenarios"] == tabs["scenarios"]
    assert kept(before, everything(book))
    book.save(tmp_path / "saved.xlsx")
    assert assess(tmp_path / "saved.xlsx").verdict == result.verdict
    assert [s.name for s in scenarios_of(tmp_path / "saved.xlsx") or ()] == ["补教师"]


def test_taking_the_blank_sheet_back(open_book: Open, tmp_path: Path) -> None:
    book = open_book(copied(SAMPLE, tmp_path))
    before = everything(book)
    assert quiet("compare_scenarios", book).ok
    assert quiet("undo_run", book).ok
    assert everything(book) == before
    assert quiet("compare_scenarios", book).ok
    book.sheets["情景"].range("A4").value = "我的方案"
    assert quiet("undo_run", book).ok
    assert book.sheets["情景"].range("A4").value == "我的方案"
    assert book.sheets["情景"].range("B3").value == "操作"
    assert settings.own_sheets(book) == {}


def test_a_wrong_action_is_told_with_its_cell(open_book: Open, tmp_path: Path) -> None:
    book = open_book(with_scenarios(tmp_path, {"name": "a", "what": "增家", "school": "x"}))
    before = everything(book)
    outcome = quiet("compare_scenarios", book)
    assert (outcome.ok, outcome.code) == (False, "QBE-PLN-010")
    assert "情景!B2" in outcome.message
    book.sheets["情景"].range("B2:E2").value = ["增加", "没有的学校", "小学专任教师数", 1]
    outcome = quiet("compare_scenarios", book)
    assert (outcome.ok, outcome.code) == (False, "QBE-PLN-009")
    assert "情景!B2" in outcome.message
    assert everything(book).sheets == before.sheets


@pytest.mark.parametrize("name", ["what_is_missing", "compare_scenarios", "cheapest_plan"])
def test_a_second_run_writes_nothing_and_undo_takes_all_back(open_book: Open, tmp_path: Path, name: str) -> None:
    book = open_book(two(tmp_path))
    book.app.calculate()
    before = everything(book)
    assert quiet(name, book).ok
    first, transfers = everything(book), book.app.impl.transfers
    assert quiet("undo_run", book).ok
    assert everything(book) == before
    assert quiet(name, book).ok
    transfers.reset()
    assert quiet(name, book).ok
    assert transfers.formats == 0
    assert transfers.writes <= 3  # the record
    second = everything(book)
    assert second.sheets == first.sheets
    assert all(second.values[tab] == first.values[tab] for tab in first.sheets if tab != state.SHEET)


@pytest.mark.parametrize("name", ["what_is_missing", "compare_scenarios", "cheapest_plan"])
@pytest.mark.parametrize("after", [1, 2, 4, 9])
def test_stopped_between_two_steps(open_book: Open, tmp_path: Path, name: str, after: int) -> None:
    book = open_book(two(tmp_path))
    book.app.calculate()
    before = everything(book)
    asked = iter(range(10_000))
    outcome = quiet(name, book, stop=lambda: next(asked) >= after)
    assert (outcome.ok, outcome.code, outcome.message) == (False, None, "已停止，工作簿没有改动。")
    assert everything(book) == before


def test_stopped_while_the_solver_works(
    open_book: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = open_book(two(tmp_path))
    book.app.calculate()
    before = everything(book)
    wanted: list[bool] = []
    real = Relaxation._run

    def run_it(self: Relaxation, seconds: float) -> None:
        wanted.append(True)  # the user presses Esc now
        real(self, seconds)

    monkeypatch.setattr(Relaxation, "_run", run_it)
    outcome = quiet("cheapest_plan", book, stop=lambda: bool(wanted))
    assert (outcome.ok, outcome.code, outcome.message) == (False, None, "已停止，工作簿没有改动。")
    assert len(wanted) == 1 and everything(book) == before


@pytest.mark.parametrize("name", ["what_is_missing", "compare_scenarios", "cheapest_plan"])
def test_a_failure_while_painting(
    open_book: Open, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = open_book(two(tmp_path))
    book.app.calculate()
    before = everything(book)
    real, count = painter.paint, iter(range(99))

    def paint(*args: object, **more: object) -> None:
        if next(count) == 1:
            raise MemoryError("no more")
        real(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(painter, "paint", paint)
    assert quiet(name, book).code == "QBE-MAC-002"
    assert everything(book) == before


def test_charts_of_sheets_that_stay_keep_their_figures(open_book: Open, tmp_path: Path) -> None:
    """Every macro writes by itself, and none over the figures behind another's charts."""
    book = open_book(two(tmp_path))
    for name in ("run_assessment", "cheapest_plan", "what_is_missing", "compare_scenarios", "check_data", "cheapest_plan"):
        assert quiet(name, book).ok
        drawing = state.load(book).current.drawing
        assert drawing is not None
        charted(book, drawing)
    keys = set(settings.own_sheets(book))
    assert {"overview", "cv", "plan", "plan_schools", "plan_years", "missing", "scenarios", "actions", *GAPS} <= keys


def test_what_they_wrote_is_no_part_of_the_report(open_book: Open, tmp_path: Path) -> None:
    path = copied(SAMPLE, tmp_path)
    result = assess(path)
    book = open_book(path)
    for name in ("what_is_missing", "compare_scenarios", "cheapest_plan"):
        assert quiet(name, book).ok
    book.save(tmp_path / "saved.xlsx")
    again = assess(tmp_path / "saved.xlsx")
    assert again.verdict == result.verdict
    assert {f.code for f in again.findings} == {f.code for f in result.findings}
