"""The macros on open workbooks: what they write, what they leave alone, what they say."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import xlwings as xw

from qbe_xl import assess
from qbe_xl.assessment import assess_submission
from qbe_xl.assessment.sentences import verdict_sentence
from qbe_xl.core.languages import Lang
from qbe_xl.forms import read
from qbe_xl.hosts.engines import openpyxl_engine
from qbe_xl.hosts.excel import marks, settings, state
from qbe_xl.hosts.excel.entry import Outcome, run
from qbe_xl.hosts.excel.marks import wanted_marks
from qbe_xl.outputs.results.writer import workbook_bytes
from qbe_xl.outputs.results_workbook import draw_results, results_bytes
from tests.hosts.macros.books import COUNTIES, OWN_FORMS, WORKBOOKS, copied, everything, trimmed

Open = Callable[[Path], xw.Book]
FAULTY = "missing-data"


def faulty(folder: Path) -> Path:
    """A county with an error, a query and user's own colour, comment and format on the cells concerned."""
    path = copied(WORKBOOKS / "samples" / "pass.xlsx", folder, "faulty.xlsx")
    rows = read(path).county.schools  # type: ignore[union-attr]
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["学校"]
    cells = [row.place("pupils_primary").ref for row in rows[:3]]  # type: ignore[union-attr]
    sheet[cells[0]].value = "约120"
    sheet[cells[1]].value = -5
    sheet[cells[2]].value = "#N/A"
    sheet[cells[0]].fill = openpyxl.styles.PatternFill("solid", fgColor="FFC0E0")
    sheet[cells[1]].comment = openpyxl.comments.Comment("王老师核对过", "王")
    sheet[cells[2]].number_format = "0.00"
    workbook.save(path)
    return path


def quiet(name: str, book: xw.Book, argument: str | None = None, **more: object) -> Outcome:
    return run(name, book, argument, quiet=True, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", COUNTIES, ids=lambda path: path.stem)
def test_result_sheets_equal_the_headless_results(open_book: Open, path: Path, tmp_path: Path) -> None:
    """Cell for cell, but for the names of the tabs and links that stay inside."""
    path = copied(path, tmp_path)
    lang: Lang = "en" if path.stem.endswith(".en") else "zh"
    submission = read(path)
    # an open workbook has no digest
    result = assess_submission(replace(submission, file=replace(submission.file, sha256=None)))
    book = open_book(path)
    before = everything(book)
    outcome = quiet("run_assessment", book, office_lang=lang)
    if not result.usable:
        assert not outcome.ok
        assert everything(book) == before
        return
    assert outcome.ok, outcome.message
    assert outcome.message.startswith(verdict_sentence(result, lang))
    tabs = settings.own_sheets(book)
    file = tmp_path / "results.xlsx"
    file.write_bytes(workbook_bytes(draw_results(result, lang, names=tabs, inside=True)))
    expected = openpyxl.load_workbook(file, data_only=True)
    texts = openpyxl.load_workbook(file)
    assert [s.name for s in book.sheets if s.name in tabs.values()] == expected.sheetnames
    for name in expected.sheetnames:
        used = book.sheets[name].range((1, 1), book.sheets[name].used_range.last_cell)
        values = used.options(ndim=2).value
        formulas = used.formula
        height, width = len(values), len(values[0])
        beyond = [c for row in expected[name].iter_rows() for c in row if c.row > height or c.column > width]
        assert all(c.value is None for c in beyond)
        for row in expected[name].iter_rows(max_row=height, max_col=width):
            for cell in row:
                text = texts[name][cell.coordinate]
                found = values[cell.row - 1][cell.column - 1]
                if text.data_type == "f":
                    assert normal(formulas[cell.row - 1][cell.column - 1]) == normal(text.value), (
                        name,
                        cell.coordinate,
                    )
                elif isinstance(cell.value, float):  # the file keeps 16 digits
                    assert found == pytest.approx(cell.value, rel=1e-15), (name, cell.coordinate)
                else:
                    assert found == (cell.value if cell.value != "" else None), (name, cell.coordinate)
    # whatever was there before is there still
    after = everything(book)
    for tab, rows in before.values.items():
        assert after.values[tab] == rows
        assert after.formulas[tab] == before.formulas[tab]


def normal(formula: object) -> str:
    """A formula as text, whatever quotes and dollar signs the spreadsheet likes."""
    return str(formula).replace("'", "").replace("$", "").replace(" ", "")


def test_a_second_run_changes_nothing(open_book: Open, tmp_path: Path) -> None:
    book = open_book(faulty(tmp_path))
    quiet("run_assessment", book)
    first = everything(book)
    transfers = book.app.impl.transfers
    transfers.reset()
    assert quiet("run_assessment", book).ok
    second = everything(book)
    assert second.sheets == first.sheets
    for tab in first.sheets:
        if tab != state.SHEET:
            assert second.values[tab] == first.values[tab]
    # only the record is written again: cleared and filled
    assert transfers.formats == 0
    assert transfers.notes == 0
    assert transfers.writes <= 3


def test_only_what_changed_is_written(open_book: Open, tmp_path: Path) -> None:
    path = copied(WORKBOOKS / "samples" / "pass.xlsx", tmp_path)
    row = read(path).county.schools[4]  # type: ignore[union-attr]
    book = open_book(path)
    quiet("run_assessment", book)
    before = everything(book)
    remark = book.sheets[settings.own_sheets(book)["schools"]].range("AB3")
    remark.value = "科长批注"
    book.sheets["学校"].range(
        row.place("library_books_primary" if row.get("library_books_primary") else "teaching_area").ref
    ).value = 1  # type: ignore[union-attr]
    assert quiet("run_assessment", book).ok
    after = everything(book)
    assert remark.value == "科长批注"
    changed = {tab for tab in before.sheets if before.values[tab] != after.values[tab]}
    assert settings.own_sheets(book)["schools"] in changed
    assert settings.own_sheets(book)["government"] not in changed


def test_what_someone_typed_over_a_result_is_put_right_and_comes_back_on_undo(open_book: Open, tmp_path: Path) -> None:
    book = open_book(copied(WORKBOOKS / "samples" / "pass.xlsx", tmp_path))
    quiet("run_assessment", book)
    sheet = book.sheets[settings.own_sheets(book)["schools"]]
    cell = sheet.range("A1")
    title = cell.value
    cell.value = "改过的标题"
    assert quiet("run_assessment", book).ok
    assert sheet.range("A1").value == title
    assert quiet("undo_run", book).ok
    assert sheet.range("A1").value == "改过的标题"


def test_marks_and_their_clearing(open_book: Open, tmp_path: Path) -> None:
    path = faulty(tmp_path)
    result = assess(path)
    wanted = wanted_marks(result.findings, ["学校", "政府保障", "教育质量", "社会认可度", "一票否决"], "zh")
    cells = list(wanted)
    assert len(cells) >= 3
    book = open_book(path)
    before = everything(book, cells)
    assert quiet("run_assessment", book).ok
    marked = everything(book, cells)
    for at, mark in wanted.items():
        assert marked.colours[at] is not None
        assert marked.colours[at] != before.colours[at]
        for text in mark.texts:
            assert text in (marked.notes[at] or "")
    kept = [at for at, note in before.notes.items() if note]
    assert len(kept) == 1
    assert (marked.notes[kept[0]] or "").startswith("王老师核对过")
    outcome = quiet("clear_marks", book)
    assert str(len(cells)) in outcome.message
    after = everything(book, cells)
    assert after.colours == before.colours
    assert after.notes == before.notes
    assert quiet("clear_marks", book).message != outcome.message


def test_a_colour_that_the_user_changed_stays(open_book: Open, tmp_path: Path) -> None:
    book = open_book(faulty(tmp_path))
    quiet("run_assessment", book)
    mark = state.load(book).current.marks[0]
    cell = book.sheets[mark.sheet].range(mark.cell)
    cell.color = (1, 2, 3)
    quiet("clear_marks", book)
    assert cell.color == (1, 2, 3)


def true_pupils() -> int:
    """The number that stands in the sample where `faulty` puts 约120."""
    row = read(WORKBOOKS / "samples" / "pass.xlsx").county.schools[0]  # type: ignore[union-attr]
    return int(row.number_of("pupils_primary") or 0)


def test_a_mended_cell_loses_its_mark(open_book: Open, tmp_path: Path) -> None:
    path = faulty(tmp_path)
    book = open_book(path)
    quiet("run_assessment", book)
    mark = next(m for m in state.load(book).current.marks if m.before_color == "#FFC0E0")
    cell = book.sheets[mark.sheet].range(mark.cell)
    cell.value = true_pupils()
    assert quiet("run_assessment", book).ok
    assert cell.color == (0xFF, 0xC0, 0xE0)
    assert cell.note is None


def test_undo_puts_everything_back(open_book: Open, tmp_path: Path) -> None:
    path = faulty(tmp_path)
    findings = assess(path).findings
    cells = [(f.sheet, f.range) for f in findings if f.sheet and f.range and ":" not in f.range]
    book = open_book(path)
    book.app.calculate()  # the file's live cells were saved without values
    before = everything(book, cells)  # type: ignore[arg-type]
    quiet("run_assessment", book)
    assert everything(book).sheets != before.sheets
    assert quiet("undo_run", book).ok
    assert everything(book, cells) == before  # type: ignore[arg-type]
    assert "没有可以撤销" in quiet("undo_run", book).message


def test_undo_of_a_second_run_gives_the_first(open_book: Open, tmp_path: Path) -> None:
    path = faulty(tmp_path)
    book = open_book(path)
    quiet("run_assessment", book)
    marks = [(m.sheet, m.cell) for m in state.load(book).current.marks]
    first = everything(book, marks)
    wrong = next(m for m in state.load(book).current.marks if m.before_color == "#FFC0E0")
    book.sheets[wrong.sheet].range(wrong.cell).value = 120
    quiet("run_assessment", book)
    quiet("undo_run", book)
    again = everything(book, marks)
    assert again.colours == first.colours
    assert again.notes == first.notes
    for tab in settings.own_sheets(book).values():
        assert again.values[tab] == first.values[tab], tab


def test_check_data_gives_no_verdict(open_book: Open, tmp_path: Path) -> None:
    path = faulty(tmp_path)
    result = assess(path)
    book = open_book(path)
    outcome = quiet("check_data", book)
    assert outcome.ok
    assert verdict_sentence(result, "zh") not in outcome.message
    assert list(settings.own_sheets(book)) == ["problems"]
    assert len(state.load(book).current.marks) >= 3
    errors = sum(f.severity == "error" for f in result.findings)
    assert f"错误 {errors} 处" in outcome.message


def test_going_through_the_problems(open_book: Open, tmp_path: Path) -> None:
    path = faulty(tmp_path)
    book = open_book(path)
    order = {sheet.name: sheet.index for sheet in book.sheets}
    places = []
    for finding in assess(path).findings:
        if finding.sheet and finding.range:
            first = book.sheets[finding.sheet].range(finding.range)
            places.append((order[finding.sheet], first.row, first.column))
    places = sorted(set(places))
    book.sheets[0].activate()
    book.sheets[0].range("A1").select()
    visited = []
    for _ in range(len(places) + 1):
        assert quiet("next_finding", book).ok
        chosen = book.selection
        assert chosen is not None
        visited.append((chosen.sheet.index, chosen.row, chosen.column))
    assert visited == [*places, places[0]]  # round and round
    outcome = quiet("previous_finding", book)
    chosen = book.selection
    assert chosen is not None
    assert (chosen.sheet.index, chosen.row, chosen.column) == places[-1]
    assert f"第 {len(places)} 个问题，共 {len(places)} 个" in outcome.message
    assert "QBE-" in outcome.message


def test_no_problem_to_go_to(open_book: Open, tmp_path: Path) -> None:
    book = open_book(copied(WORKBOOKS / "samples" / "pass.xlsx", tmp_path))
    assert quiet("next_finding", book) == Outcome(True, None, "没有发现问题。")


def test_what_is_missing(open_book: Open, tmp_path: Path) -> None:
    book = open_book(copied(WORKBOOKS / "samples" / f"{FAULTY}.xlsx", tmp_path))
    outcome = quiet("what_is_missing", book)
    assert outcome.ok
    tab = settings.own_sheets(book)["missing"]
    rows = trimmed(book.sheets[tab].used_range.options(ndim=2).value)
    count = sum(isinstance(row[0], float) for row in rows if row)
    assert count > 0
    assert f"还缺 {count} 处" in outcome.message
    complete = open_book(copied(WORKBOOKS / "samples" / "pass.xlsx", tmp_path))
    assert quiet("what_is_missing", complete).message.startswith("需要填报的数据都已填写。\n")


@pytest.mark.parametrize("name", [
    "run_assessment", "check_data", "what_is_missing", "next_finding", "compare_scenarios", "cheapest_plan",
])  # fmt: skip
def test_a_workbook_of_no_known_form(open_book: Open, tmp_path: Path, name: str) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["姓名", "成绩"])
    workbook.active.title = "成绩单"
    workbook.save(tmp_path / "成绩.xlsx")
    book = open_book(tmp_path / "成绩.xlsx")
    before = everything(book)
    outcome = quiet(name, book)
    if name != "next_finding":
        assert not outcome.ok
        assert outcome.code == "QBE-STR-001"
        assert "成绩单" in outcome.message  # what was found
        assert "qbe-county-1" in outcome.message  # what was looked for
        assert "政府保障" in outcome.message  # and what that would need
    assert everything(book) == before


def test_export_writes_the_headless_results_beside(open_book: Open, tmp_path: Path) -> None:
    path = copied(WORKBOOKS / "samples" / "linyi.xlsx", tmp_path)
    book = open_book(path)
    before = everything(book)
    outcome = quiet("export_results", book)
    assert outcome.ok, outcome.message
    target = tmp_path / "linyi.评估结果.xlsx"
    assert str(target) in outcome.message
    found = openpyxl.load_workbook(target)
    file = tmp_path / "expected.xlsx"
    file.write_bytes(results_bytes(assess(path)))
    wanted = openpyxl.load_workbook(file)
    assert found.sheetnames == wanted.sheetnames
    for name in wanted.sheetnames:
        if name == "口径说明":  # names the file's digest, which an open workbook has not
            continue
        assert [[c.value for c in row] for row in found[name].iter_rows()] == [
            [c.value for c in row] for row in wanted[name].iter_rows()
        ]
    assert everything(book) == before


def test_switching_the_language(open_book: Open, tmp_path: Path) -> None:
    path = copied(WORKBOOKS / "samples" / "linyi.xlsx", tmp_path)
    book = open_book(path)
    quiet("run_assessment", book)
    outcome = quiet("switch_language", book)
    assert outcome.ok, outcome.message
    assert verdict_sentence(assess(path), "en") in outcome.message
    tab = settings.own_sheets(book)["overview"]
    assert verdict_sentence(assess(path), "en") in [
        row[0] for row in book.sheets[tab].range("A1:A6").options(ndim=2).value
    ]
    assert quiet("switch_language", book).ok
    assert settings.constant(book, settings.LANGUAGE) == "zh"


def refers_to_missing_sheets(book: xw.Book) -> list[str]:
    """Formulas of the result sheets that name a tab which is not there: Excel would ask for a file."""
    tabs = {sheet.name for sheet in book.sheets}
    wrong = []
    for tab in settings.own_sheets(book).values():
        used = book.sheets[tab].range((1, 1), book.sheets[tab].used_range.last_cell).formula
        for row in used if isinstance(used, list | tuple) else [[used]]:
            for text in row:
                if str(text).startswith("="):
                    wrong += [name for name in re.findall(r"'((?:[^']|'')+)'!", str(text)) if name not in tabs]
                    wrong += ["#REF!"] * ("#REF!" in str(text))
    return wrong


def test_tabs_follow_the_language_and_so_do_formulas(open_book: Open, tmp_path: Path) -> None:
    book = open_book(copied(WORKBOOKS / "samples" / "pass.xlsx", tmp_path))
    quiet("run_assessment", book)
    zh = settings.own_sheets(book)
    book.sheets[zh["problems"]].name = "我的问题单"
    assert quiet("switch_language", book).ok
    en = settings.own_sheets(book)
    assert en["cv"] == "Result CV"
    assert en["problems"] == "我的问题单"  # a name that the user gave stays
    assert refers_to_missing_sheets(book) == []
    assert quiet("undo_run", book).ok
    assert settings.own_sheets(book)["cv"] == zh["cv"]
    assert refers_to_missing_sheets(book) == []


def test_a_failure_while_switching_gives_the_tabs_their_names_back(
    open_book: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = open_book(copied(WORKBOOKS / "samples" / "pass.xlsx", tmp_path))
    quiet("run_assessment", book)
    before = settings.own_sheets(book)
    monkeypatch.setattr(marks, "put", lambda *args: 1 / 0)
    assert quiet("switch_language", book).code == "QBE-MAC-002"
    assert settings.own_sheets(book) == before
    assert settings.language(book, "zh") == "zh"
    assert refers_to_missing_sheets(book) == []


def test_somebody_else_s_sheet_of_our_name(open_book: Open, tmp_path: Path) -> None:
    book = open_book(copied(WORKBOOKS / "samples" / "pass.xlsx", tmp_path))
    book.sheets.add("结果·差异系数明细", after=book.sheets[-1]).range("A1").value = "我的"
    assert quiet("run_assessment", book).ok
    assert book.sheets["结果·差异系数明细"].range("A1").value == "我的"
    assert settings.own_sheets(book)["steps"] == "结果·差异系数明细 (2)"
    assert refers_to_missing_sheets(book) == []
    assert quiet("run_assessment", book).ok
    assert settings.own_sheets(book)["steps"] == "结果·差异系数明细 (2)"


def test_choosing_an_edition(open_book: Open, tmp_path: Path) -> None:
    path = copied(WORKBOOKS / "samples" / "pass.xlsx", tmp_path)
    book = open_book(path)
    listed = quiet("choose_edition", book)
    assert "cn-qbe-2017-shenyang" in listed.message
    chosen = quiet("choose_edition", book, "cn-qbe-2017-shenyang")
    assert chosen.ok
    assert "cn-qbe-2017" in chosen.message
    assert quiet("run_assessment", book).ok
    tab = settings.own_sheets(book)["overview"]
    expected = assess(path, "cn-qbe-2017-shenyang")
    assert verdict_sentence(expected, "zh") in [row[0] for row in book.sheets[tab].range("A1:A6").options(ndim=2).value]
    assert quiet("choose_edition", book, "").ok
    assert settings.constant(book, settings.CHOSEN_EDITION) is None
    wrong = quiet("choose_edition", book, "cn-qbe-1999")
    assert (wrong.ok, wrong.code) == (False, "QBE-MAC-007")


def test_checks_of_schools_are_entered_again_in_excel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel does not recalculate =QBE_CHECK(school) when a school's figures change: its only argument did not."""
    book = openpyxl_engine.open_book(copied(WORKBOOKS / "samples" / "pass.xlsx", tmp_path))
    sheet = book.sheets.add("核对", after=book.sheets[-1])
    sheet.range("B2").formula = '=QBE_CHECK("3199000101")'
    sheet.range("B3").formula = "=SUM(1,2)"
    entered = []
    real = type(sheet.range("A1").impl).formula

    def enter(self: object, text: object) -> None:
        entered.append((self.sheet.name, self.address, text))  # type: ignore[attr-defined]
        real.fset(self, text)  # type: ignore[attr-defined]

    monkeypatch.setattr(type(sheet.range("A1").impl), "formula", property(real.fget, enter))
    monkeypatch.setattr(type(book.app.impl.engine), "name", "excel")
    assert quiet("run_assessment", book).ok
    assert entered == [("核对", "$B$2", '=QBE_CHECK("3199000101")')]
    book.close()


def test_diagnosis(open_book: Open, tmp_path: Path, own_folder: Path) -> None:
    (own_folder / "profiles").mkdir(parents=True)
    (own_folder / "profiles" / "broken.yaml").write_text("id: 1\n", encoding="utf-8")
    book = open_book(copied(WORKBOOKS / "samples" / "pass.xlsx", tmp_path))
    outcome = quiet("about_and_diagnose", book)
    assert xw.__version__ in outcome.message
    assert "broken.yaml" in outcome.message
    assert str(own_folder / "logs" / "macros.log") in outcome.message


@pytest.mark.parametrize("path", OWN_FORMS, ids=lambda path: path.stem)
def test_a_form_of_the_bureau_s_own_is_marked_in_its_own_sheet(
    open_book: Open, tmp_path: Path, own_folder: Path, path: Path
) -> None:
    profile = OWN_FORMS[path]
    (own_folder / "profiles").mkdir(parents=True)
    (own_folder / "profiles" / profile.name).write_bytes(profile.read_bytes())
    path = copied(path, tmp_path)
    result = assess(path, form=profile)
    book = open_book(path)
    tabs = [sheet.name for sheet in book.sheets]
    outcome = quiet("run_assessment", book)
    assert outcome.ok, outcome.message
    assert outcome.message.startswith(verdict_sentence(result, "zh"))
    expected = set(wanted_marks(result.findings, tabs, "zh"))
    assert {(m.sheet, m.cell) for m in state.load(book).current.marks} == expected


def test_our_sheets_are_no_part_of_the_report(open_book: Open, tmp_path: Path) -> None:
    """A workbook with results in it, saved and read as a file, gives the same assessment."""
    path = copied(WORKBOOKS / "samples" / "pass.xlsx", tmp_path)
    result = assess(path)
    book = open_book(path)
    quiet("run_assessment", book)
    book.save(str(tmp_path / "saved.xlsx"))
    again = assess(tmp_path / "saved.xlsx")
    assert again.verdict == result.verdict
    assert {f.code for f in again.findings} == {f.code for f in result.findings}
