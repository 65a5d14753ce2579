"""What only the openpyxl engine does: cached values, no recalculation, saving without harm, charts, protection flags."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwings as xw
from openpyxl.styles import PatternFill
from openpyxl.styles.colors import Color
from openpyxl.worksheet.dimensions import ColumnDimension

from qbe_xl.core.errors import QbeError
from qbe_xl.hosts.engines.common import CellError, EngineError, SheetProtected, matrix, typed
from qbe_xl.hosts.engines.openpyxl_cells import formula_for_file, formula_shown
from qbe_xl.hosts.engines.openpyxl_engine import engine, new_book, open_book

Open = Callable[..., xw.Book]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    made: list[xw.Book] = []

    def make(path: Path, **options: bool) -> xw.Book:
        made.append(open_book(path, **options))
        return made[-1]

    yield make
    for book in made:
        book.close()


@pytest.fixture
def book() -> Iterator[xw.Book]:
    made = new_book()
    yield made
    made.close()


@pytest.fixture
def cached(tmp_path: Path) -> Path:
    """B1:B5 hold formulas with cached 30, #N/A, a date, a text, True; A1:A2 hold 10 and 20."""
    path = tmp_path / "cached.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("表")
        sheet.write_column("A1", [10, 20])
        sheet.write_formula("B1", "=SUM(A1:A2)", None, 30)
        sheet.write_formula("B2", "=NA()", None, "#N/A")
        sheet.write_formula("B3", "=DATE(2024,9,1)", workbook.add_format({"num_format": "yyyy-mm-dd"}), 45536)
        sheet.write_formula("B4", '="达"&"标"', None, "达标")
        sheet.write_formula("B5", "=1=1", None, True)
        workbook.add_worksheet("空")
    return path


# ---------------------------------------------------------------------------------------------- the engine


def test_registering_leaves_the_active_engine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = engine()
    assert engine() is ours
    assert [e.name for e in xw.engines].count("openpyxl") == 1
    other = xw.Engine(impl=object())
    monkeypatch.setattr(xw.engines, "active", other)
    book = new_book()
    assert xw.engines.active is other
    assert book.sheets[0]["A1"].expand().address == "$A$1"
    book.close()


def test_xlwings_itself_opens_books_through_the_active_engine(cached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xw.engines, "active", engine())
    book = xw.Book(cached)
    assert book.sheets["表"]["A1"].value == 10.0
    assert open_book(cached) == book
    book.close()


def test_files_of_one_name_in_two_folders(tmp_path: Path, opened: Open) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        workbook = openpyxl.Workbook()
        workbook.active["A1"] = folder
        workbook.save(tmp_path / folder / "same.xlsx")
    one, two = (opened(tmp_path / folder / "same.xlsx") for folder in ("a", "b"))
    assert (one.sheets[0]["A1"].value, two.sheets[0]["A1"].value) == ("a", "b")
    assert one.app != two.app


def test_what_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "text.xlsx").write_text("not a zip")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(EngineError, match="不能读取"):
        open_book(tmp_path / "text.xlsx")
    with pytest.raises(EngineError, match="不能打开"):
        open_book(tmp_path / "old.xls")
    with pytest.raises(FileNotFoundError):
        open_book(tmp_path / "none.xlsx")


# ---------------------------------------------------------------------------------------------- formulas


def test_formulas_have_the_values_of_the_file(cached: Path, opened: Open) -> None:
    sheet = opened(cached).sheets["表"]
    column = sheet["B1:B5"]
    assert column.options(err_to_str=True).value == [30.0, "#N/A", dt.datetime(2024, 9, 1), "达标", True]
    assert column.value[1] is None
    assert sheet["B1"].formula == "=SUM(A1:A2)"
    sheet.name = "改名"  # the values are found under the name the file knows
    assert sheet["B1"].value == 30.0


def test_the_values_are_read_when_first_asked_for(cached: Path, opened: Open) -> None:
    book = opened(cached)
    assert book.sheets["表"]["A1:A2"].value == [10.0, 20.0]
    assert book.impl._cached is None
    cached.unlink()  # the file is not needed any more
    assert book.sheets["表"]["B1"].value == 30.0


def test_what_a_macro_writes_has_no_cached_value(cached: Path, opened: Open) -> None:
    book = opened(cached)
    sheet = book.sheets["表"]
    sheet["B1"].formula = "=A1*3"
    assert sheet["B1"].value is None
    book.app.calculate()
    assert sheet["B1"].value is None
    book.app.impl.calculator = lambda b: {"表": {(1, 2): 30.0, (1, 1): 99.0, (2, 2): CellError("#DIV/0!")}}
    try:
        book.app.calculate()
    finally:
        book.app.impl.calculator = None
    assert sheet["A1:B2"].options(err_to_str=True).value == [[10.0, 30.0], [20.0, "#DIV/0!"]]
    sheet["B1"].value = 5
    assert sheet["B1"].value == 5.0
    sheet["B1"].formula = "=A1*4"
    assert sheet["B1"].value is None


def test_formulas_may_be_read_only(cached: Path, opened: Open) -> None:
    sheet = opened(cached, read_only_formulas=True).sheets["表"]
    sheet["A1"].value = 11
    with pytest.raises(EngineError, match=r"\$B\$1"):
        sheet["A1:B1"].value = [[1, 2]]
    assert sheet["A1"].value == 11.0
    sheet["C1"].formula = "=B1"
    sheet["C1"].formula = "=B2"


def test_newer_functions_get_their_prefix_in_the_file_only(book: xw.Book) -> None:
    text = '=TEXTJOIN("CONCAT(",TRUE,A1:A3)+STDEV.P(A1:A3)+SUM(A1)'
    assert formula_for_file(text) == '=_xlfn.TEXTJOIN("CONCAT(",TRUE,A1:A3)+_xlfn.STDEV.P(A1:A3)+SUM(A1)'
    assert formula_shown(formula_for_file(text)) == text
    book.sheets[0]["B1"].formula = text
    assert book.sheets[0]["B1"].formula == text


def test_array_formulas(book: xw.Book) -> None:
    sheet = book.sheets[0]
    sheet["C1:C3"].formula_array = "=A1:A3*2"
    assert sheet["C1"].has_array
    assert not sheet["D1"].has_array
    assert sheet["C1"].formula_array == "=A1:A3*2"


# ---------------------------------------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12.0), ("-1,200.5", -1200.5), ("85%", 0.85), ("1e3", 1000.0), ("true", True), ("#n/a", CellError("#N/A")),
        ("2024/9/1", dt.datetime(2024, 9, 1)), ("2024-09-01 08:30", dt.datetime(2024, 9, 1, 8, 30)), ("7:30", dt.time(7, 30)),
        ("13/45", "13/45"), ("-", "-"), (".", "."), ("1,20", "1,20"), ("12人", "12人"), ("１２", "１２"), ("'5", "5"), ("=A1", "=A1"),
    ],
)  # fmt: skip
def test_what_excel_makes_of_a_text(text: str, value: object) -> None:
    assert typed(text) == value
    assert type(typed(text)) is type(value)


def test_data_are_spread_over_a_range_as_excel_does() -> None:
    assert matrix(1, 2, 2) == [[1, 1], [1, 1]]
    assert matrix([1, 2], 2, 2) == [[1, 2], [1, 2]]
    assert matrix([[1], [2]], 2, 2) == [[1, 1], [2, 2]]
    assert matrix([[1, 2], [3, 4]], 1, 1) == [[1]]
    assert matrix([[1, 2], [3, 4]], 3, 2)[2] == ["#N/A", "#N/A"]


def test_number_formats_that_come_with_a_value(book: xw.Book) -> None:
    sheet = book.sheets[0]
    sheet["A1"].value = [dt.date(2024, 9, 1), dt.datetime(2024, 9, 1, 8), "85%", "1,200"]
    assert [cell.number_format for cell in sheet["A1:D1"]] == ["mm-dd-yy", "m/d/yy h:mm", "0%", "#,##0"]
    sheet["A2"].number_format = "0.00"
    sheet["A2"].value = dt.date(2024, 9, 1)
    assert sheet["A2"].value == 45536.0  # a date in a cell that shows numbers is a number
    sheet["A1"].number_format = "General"
    assert sheet["A1"].value == 45536.0


@pytest.mark.parametrize("bad", [float("inf"), "\x07", "长" * 40_000, object()])
def test_what_no_cell_can_hold(book: xw.Book, bad: object) -> None:
    with pytest.raises(EngineError):
        book.sheets[0]["A1"].value = bad


def test_no_cell_is_made_that_was_not_addressed(book: xw.Book) -> None:
    sheet = book.sheets[0]
    store = book.api.active._cells
    assert sheet["A1:Z500"].value[499][25] is None
    _ = sheet["A1:Z500"].color, sheet["A1:Z500"].font.bold, sheet["B2"].note, sheet["A1"].expand().address
    sheet["A1:Z500"].color = None
    sheet["A:A"].font.bold = True
    sheet["A1:Z500"].clear_contents()
    assert store == {}
    sheet["A3,C4"].color = "#FF0000"
    assert sorted(store) == [(3, 1), (4, 3)]


def test_a_new_cell_has_the_format_of_its_column(book: xw.Book) -> None:
    sheet = book.sheets[0]
    sheet["B:B"].number_format = "0.000"
    sheet["B7"].value = 1.5
    assert sheet["B7"].number_format == "0.000"
    assert sheet["C7"].number_format == "General"
    assert sheet["B:B"].value == [None] * 6 + [1.5]  # as far as the sheet is in use


# ---------------------------------------------------------------------------------------------- formats


def test_mixed_formats_read_as_none(book: xw.Book) -> None:
    sheet = book.sheets[0]
    sheet["A1"].font.bold = True
    sheet["A1"].color = "#FF0000"
    assert (sheet["A1:B1"].font.bold, sheet["A1:B1"].color) == (None, None)
    assert (sheet["B1:C1"].font.bold, sheet["B1:C1"].color) == (False, None)


def test_theme_and_indexed_colours(tmp_path: Path, opened: Open) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["A1"].fill = PatternFill("solid", fgColor=Color(theme=4))
    sheet["A2"].fill = PatternFill("solid", fgColor=Color(theme=0, tint=-0.5))
    sheet["A3"].fill = PatternFill("solid", fgColor=Color(indexed=10))
    workbook.save(tmp_path / "themes.xlsx")
    sheet = opened(tmp_path / "themes.xlsx").sheets[0]
    assert sheet["A1"].color == (0x4F, 0x81, 0xBD)  # accent 1 of the theme openpyxl writes
    assert sheet["A2"].color == (128, 128, 128)
    assert sheet["A3"].color == (255, 0, 0)


def test_grouped_columns_are_split(tmp_path: Path, opened: Open) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.column_dimensions["B"] = ColumnDimension(sheet, index="B", min=2, max=6, width=20.7109375)
    workbook.save(tmp_path / "wide.xlsx")
    book = opened(tmp_path / "wide.xlsx")
    book.sheets[0]["D1"].column_width = 5
    widths = [book.sheets[0][0, c].column_width for c in range(7)]
    assert widths == [8.43, 20.0, 20.0, 5.0, 20.0, 20.0, 8.43]
    book.save(tmp_path / "again.xlsx")
    again = open_book(tmp_path / "again.xlsx")
    assert [again.sheets[0][0, c].column_width for c in range(7)] == widths
    assert again.sheets[0]["B1:D1"].column_width is None
    again.close()


def test_values_under_a_merged_cell_are_not_written(book: xw.Book) -> None:
    sheet = book.sheets[0]
    sheet["A1:B1"].color = "#00FF00"
    sheet["B1"].value = "后"
    sheet["A1:B1"].merge()
    assert sheet["A1"].value == "后"  # the first value that is found stays
    sheet["A1:C1"].value = [1, 2, 3]
    assert sheet["A1:C1"].value == [1.0, None, 3.0]
    sheet["A1"].unmerge()
    assert sheet["B1"].color == (0, 255, 0)
    sheet["A3:B4"].merge(across=True)
    assert [sheet[a].merge_area.address for a in ("B3", "B4")] == ["$A$3:$B$3", "$A$4:$B$4"]
    assert sheet["A1:A4"].merge_cells is None


# ---------------------------------------------------------------------------------------------- sheets and names


def test_a_new_sheet_name_is_carried_everywhere(book: xw.Book) -> None:
    first, other = book.sheets[0], book.sheets.add("别 处", after=book.sheets[0])
    first.name = "学校"
    other["A1"].formula = "=学校!A1&\"学校!A1\"&'学校'!B2"
    other["A2"].add_hyperlink("#'学校'!A1", "去")
    book.names.add("输入", "=学校!$A$1:$B$2")
    first.name = "it's"
    assert other["A1"].formula == "='it''s'!A1&\"学校!A1\"&'it''s'!B2"
    assert other["A2"].hyperlink == "#'it''s'!A1"
    assert book.names["输入"].refers_to_range.get_address(external=False) == "$A$1:$B$2"
    assert book.names["输入"].refers_to_range.sheet == first
    first.delete()
    assert book.names["输入"].refers_to == "=#REF!"
    assert "#REF!" in other["A1"].formula
    with pytest.raises(EngineError):
        _ = book.names["输入"].refers_to_range


def test_only_one_tab_is_selected(book: xw.Book) -> None:
    second = book.sheets.add("二", after=book.sheets[0])
    book.sheets[0].activate()
    second.activate()
    assert [ws.sheet_view.tabSelected for ws in book.api.worksheets] == [False, True]
    with pytest.raises(EngineError, match="当前工作表"):
        book.sheets[0]["A1"].select()
    second.visible = False
    assert book.sheets.active == book.sheets[0]
    with pytest.raises(EngineError, match="可见"):
        book.sheets[0].visible = False
    with pytest.raises(EngineError, match="隐藏"):
        second.activate()


def test_names_of_one_sheet(book: xw.Book) -> None:
    sheet = book.sheets[0]
    sheet.names.add("局部", "=Sheet1!$A$1")
    book.names.add("率", "0.85")
    assert [n.name for n in book.names] == ["Sheet1!局部", "率"]
    assert sheet["局部"].address == "$A$1"
    assert "局部" not in book.names
    assert book.names["Sheet1!局部"].refers_to_range.sheet == sheet
    assert book.names["率"].refers_to == '="0.85"'  # without "=" it is a text, as in Excel
    for bad in ("A1", "R1C1", "两 词", "1st", ""):
        with pytest.raises(EngineError):
            book.names.add(bad, "=Sheet1!$A$1")


def test_notes_are_large_enough(book: xw.Book) -> None:
    book.sheets[0]["A1"].add_note("短")
    book.sheets[0]["A2"].add_note("很长的说明" * 20)
    small, large = (book.api.active.cell(r, 1).comment for r in (1, 2))
    assert large.height > small.height
    assert large.width > small.width
    with pytest.raises(ValueError, match="already has a note"):
        book.sheets[0]["A1"].add_note("再来")
    assert [n.location.address for n in book.sheets[0].notes] == ["$A$1", "$A$2"]


def test_tables_have_unique_texts_for_headings(book: xw.Book, tmp_path: Path) -> None:
    sheet = book.sheets[0]
    sheet["A1"].value = [["甲", "甲", 2024, None], [1, 2, 3, 4]]
    table = sheet.tables.add(source=sheet["A1:D2"])
    assert table.header_row_range.value == ["甲", "甲2", "2024", "列4"]
    assert [c.name for c in table.columns] == ["甲", "甲2", "2024", "列4"]
    assert sheet["Table1"].address == "$A$2:$D$2"
    assert sheet["B2"].table.name == "Table1"
    with pytest.raises(EngineError, match="重叠"):
        sheet.tables.add(source=sheet["D2:E3"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # openpyxl warns of headings that Excel would repair
        book.save(tmp_path / "t.xlsx")


# ---------------------------------------------------------------------------------------------- charts


def test_a_chart_of_two_kinds(book: xw.Book, tmp_path: Path) -> None:
    sheet = book.sheets[0]
    sheet["A1"].value = [["学校", "差异系数", "限值"], ["甲", 0.4, 0.5], ["乙", 0.6, 0.5], ["丙", 0.3, 0.5]]
    chart = sheet.charts.add(source=sheet["A1:C4"], chart_type="column_clustered", anchor=sheet["E2"], name="图")
    assert [s.name for s in chart.series] == ["差异系数", "限值"]
    chart.series[0].fill_color = "#4472C4"
    chart.series[1].chart_type = "line"
    chart.series[1].line_color = "#C00000"
    chart.value_axis.title = "系数"
    chart.value_axis.maximum_scale = 1
    chart.legend.position = "bottom"
    assert chart.chart_type == "combination"
    sheet.name = "图表页"
    book.save(tmp_path / "c.xlsx")
    (saved,) = openpyxl.load_workbook(tmp_path / "c.xlsx").active._charts
    assert sorted(type(c).__name__ for c in saved._charts) == ["BarChart", "LineChart"]
    places = sorted(s.val.numRef.f for c in saved._charts for s in c.series)
    assert places == ["'图表页'!$B$2:$B$4", "'图表页'!$C$2:$C$4"]
    assert saved.y_axis.scaling.max == 1
    assert saved.legend.position == "b"
    again = open_book(tmp_path / "c.xlsx")
    kept = again.sheets[0].charts["图"]
    assert (kept.left, kept.top) == pytest.approx((chart.left, chart.top), abs=1)
    again.close()


def test_charts_that_cannot_be_drawn(book: xw.Book) -> None:
    with pytest.raises(EngineError, match="radar"):
        book.sheets[0].charts.add(chart_type="radar")
    assert len(book.sheets[0].charts) == 0


# ---------------------------------------------------------------------------------------------- protection


def test_what_protection_allows(book: xw.Book) -> None:
    sheet = book.sheets[0]
    sheet["A1"].value = 1
    protection = book.api.active.protection
    protection.sheet = True
    for act in (
        lambda: setattr(sheet["A:A"], "column_width", 5),
        lambda: setattr(sheet["1:1"], "row_height", 5),
        lambda: sheet.autofit(),
        lambda: sheet["A1"].add_hyperlink("#A1", "x"),
        lambda: sheet.tables.add(source=sheet["A1:B2"]),
        lambda: setattr(sheet["D:D"], "value", None),
    ):
        with pytest.raises(SheetProtected):
            act()
    protection.formatCells = False  # "allowed": the file says what is forbidden
    sheet["A1"].color = "#FF0000"
    assert sheet["A1"].color == (255, 0, 0)
    assert "受保护" in SheetProtected("表").message("zh")
    assert "protected" in SheetProtected("表").message("en")


def test_a_protected_structure(book: xw.Book) -> None:
    from openpyxl.workbook.protection import WorkbookProtection

    book.api.security = WorkbookProtection(lockStructure=True)
    for act in (lambda: book.sheets.add("x"), lambda: setattr(book.sheets[0], "name", "x")):
        with pytest.raises(EngineError, match="结构受保护"):
            act()


# ---------------------------------------------------------------------------------------------- saving


def test_a_file_that_was_opened_is_not_overwritten(cached: Path, tmp_path: Path, opened: Open) -> None:
    before = cached.read_bytes()
    book = opened(cached)
    book.sheets["表"]["A1"].value = 11
    with pytest.raises(EngineError, match="不覆盖"):
        book.save(cached)
    book.save(tmp_path / "copy.xlsx")
    assert book.name == "copy.xlsx"
    with pytest.raises(EngineError, match="不覆盖"):
        book.save(cached)
    assert cached.read_bytes() == before
    book.sheets["表"]["A1"].value = 12
    book.save()
    assert openpyxl.load_workbook(tmp_path / "copy.xlsx")["表"]["A1"].value == 12
    assert book.sheets["表"]["B1"].value == 30.0  # still known, though the copy has no cached values


def test_saving_that_fails_leaves_nothing(book: xw.Book, tmp_path: Path) -> None:
    with pytest.raises(QbeError, match="QBE-CAL-001"):
        book.save(tmp_path / "no" / "folder.xlsx")
    for bad in ("a.xlsm", "a.xls", "a.csv"):
        with pytest.raises(EngineError):
            book.save(tmp_path / bad)
    with pytest.raises(EngineError, match="密码"):
        book.save(tmp_path / "a.xlsx", password="x")
    assert list(tmp_path.iterdir()) == []


def test_a_new_book_is_saved_where_the_program_stands(
    book: xw.Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = book.name
    book.save()
    assert (tmp_path / f"{name}.xlsx").exists()
    assert book.fullname == str(tmp_path / f"{name}.xlsx")
