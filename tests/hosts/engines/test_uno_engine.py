"""The UNO engine does in LibreOffice what Excel's does in Excel: the contract of all engines, then what is its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwings as xw

from qbe_xl.hosts.engines.common import ERRORS, EngineError
from qbe_xl.hosts.engines.uno_engine import ConnectionLost, book_of, open_book
from tests.hosts.engines.contract import EngineContract, filled
from tests.hosts.engines.uno_office import PipeOffice

pytestmark = pytest.mark.office

Make = Callable[..., xw.Book]
Reopen = Callable[[xw.Book], openpyxl.Workbook]


@pytest.fixture(scope="module")
def running() -> Iterator[PipeOffice]:
    with PipeOffice() as office:
        yield office


@pytest.fixture
def make_book(running: PipeOffice, tmp_path: Path) -> Iterator[Make]:
    opened: list[xw.Book] = []

    def make(
        build: Callable[[openpyxl.Workbook], Any] | None = None, name: str = "book.xlsx", hidden: bool = True
    ) -> xw.Book:
        workbook = openpyxl.Workbook()
        workbook.active.title = "学校"
        if build:
            build(workbook)
        workbook.save(tmp_path / name)
        opened.append(open_book(running.context, tmp_path / name, hidden))
        return opened[-1]

    yield make
    for book in opened:
        book.app.quit()


@pytest.fixture
def reopen(tmp_path: Path) -> Reopen:
    def saved(book: xw.Book) -> openpyxl.Workbook:
        book.save(tmp_path / "saved.xlsx")
        workbook = openpyxl.load_workbook(tmp_path / "saved.xlsx")
        for sheet in workbook:
            for row in sheet.iter_rows():
                for cell in row:
                    # LibreOffice holds an error value as the formula =#N/A, and saves it so.
                    if cell.data_type == "f" and str(cell.value)[1:] in ERRORS:
                        cell.value = cell.value[1:]
        return workbook

    return saved


class TestContract(EngineContract):
    computes = True
    longest_address = 10_000


# ---------------------------------------------------------------------------------------------------- its own


def two_sheets(workbook: openpyxl.Workbook) -> None:
    """Pupils 45, 37, 89 on 学校; a second sheet whose name needs quotes."""
    filled(workbook)
    for row, pupils in enumerate((45, 37, 89), start=2):
        workbook["学校"].cell(row, 2, pupils)
    workbook.create_sheet("汇总 表")


def test_formulas_across_sheets_in_excel_notation(make_book: Make, reopen: Reopen) -> None:
    book = make_book(two_sheets)
    sheet = book.sheets["汇总 表"]
    formulas = [
        "=SUM('学校'!B2:B4,1)",
        "=IF('学校'!$B$2>40,TRUE,\"a;b\")",
        "=SUM(MATCH(37,'学校'!B2:B4,0),{1,2;3,4})",
        "=STDEV.P('学校'!B2:B4)*0+EFFECT(0.1,2)",
        "=COUNTA('学校'!B:B)",
        "='没有'!A1",
    ]
    sheet["A1"].options(transpose=True).formula = formulas
    assert [row[0] for row in sheet["A1:A5"].formula] == formulas[:5]
    # 45+37+89+1; a boolean; 2+(1+2+3+4); (1+0.1/2)^2-1; header and three numbers
    assert sheet["A1:A5"].value[:3] == [172.0, True, 12.0]
    assert sheet["A4"].value == pytest.approx(0.1025)
    assert sheet["A5"].value == 4.0
    assert sheet["A6"].options(err_to_str=True).value in ("#NAME?", "#REF!")
    assert reopen(book)["汇总 表"]["A1"].value.replace("'", "") == "=SUM(学校!B2:B4,1)"


def test_errors_are_called_what_the_saved_file_calls_them(make_book: Make, tmp_path: Path) -> None:
    book = make_book()
    sheet = book.sheets[0]
    formulas = ["=1/0", "=NA()", "=SQRT(-1)", '="a"+1', "=NO_SUCH(1)", "=#REF!", "=#NULL!"]
    sheet["A1"].formula = [formulas, ["=1=1", "=1=2", "文", 3, "", "=TODAY()*0", '=""']]
    seen = sheet["A1:G2"].options(err_to_str=True, ndim=2).value
    assert seen[0][:2] == ["#DIV/0!", "#N/A"]
    assert seen[1][:5] == [True, False, "文", 3.0, None]
    assert seen[1][6] is None
    book.save(tmp_path / "errors.xlsx")
    saved = openpyxl.load_workbook(tmp_path / "errors.xlsx", data_only=True).active
    assert [cell.value for cell in saved[1]] == seen[0]
    assert sheet["A1:G1"].value == [None] * 7


def test_dates_and_booleans_among_other_formats(make_book: Make) -> None:
    sheet = make_book().sheets[0]
    sheet["A1"].value = [
        [dt.date(2024, 9, 1), 1, True, 0, False],
        [dt.datetime(2024, 9, 1, 7, 30), 2, 1, True, "=A1+1"],
    ]
    sheet["B1"].number_format = "0.0"
    assert sheet["A1:E2"].value == [
        [dt.datetime(2024, 9, 1), 1.0, True, 0.0, False],
        [dt.datetime(2024, 9, 1, 7, 30), 2.0, 1.0, True, dt.datetime(2024, 9, 2)],
    ]
    sheet["C1:D2"].value = [[1, 0], [0, 1]]  # numbers where booleans were
    assert sheet["C1:D2"].value == [[1.0, 0.0], [0.0, 1.0]]
    sheet["E1"].number_format = "0.00"  # a boolean stays one
    assert sheet["E1"].value is False


def test_chinese_text_becomes_bold_in_all_scripts(make_book: Make, reopen: Reopen) -> None:
    book = make_book()
    cell = book.sheets[0]["A1"]
    cell.value = "达标 OK"
    cell.font.bold = True
    cell.font.name = "SimHei"
    own = cell.impl.cell
    assert (own.CharWeight, own.CharWeightAsian, own.CharWeightComplex) == (150.0, 150.0, 150.0)
    assert own.CharFontNameAsian == "SimHei"
    assert reopen(book).active["A1"].font.b is True


@pytest.mark.parametrize("code", ["0.000", "0.0%", "#,##0", "yyyy-mm-dd", '0"所"', "@", "General"])
def test_number_formats_are_saved_without_a_language(make_book: Make, reopen: Reopen, code: str) -> None:
    book = make_book()
    cell = book.sheets[0]["A1"]
    cell.number_format = code
    cell.value = 5
    assert cell.number_format == code
    saved = reopen(book).active["A1"].number_format
    # LibreOffice may quote a character in another way; the language would stand as [$-409] in front.
    assert saved.replace("\\", "") in (code, code.replace('"', ""))


def test_a_note_leaves_other_notes_alone(make_book: Make) -> None:
    book = make_book(filled)
    sheet = book.sheets[0]
    for row in range(6, 10):
        sheet.range((row, 1)).add_note(f"第{row}行")
    sheet["A7"].note.delete()
    sheet["A8"].note.text = "改过"
    assert {note.location.address: note.text.splitlines()[-1] for note in sheet.notes} == {
        "$A$4": "数据待核对", "$A$6": "第6行", "$A$8": "改过", "$A$9": "第9行",
    }  # fmt: skip
    assert isinstance(sheet["A8"].note.author, str)


def picture(sheet: xw.Sheet) -> list[Any]:
    """All that a macro may have changed on A1:F6."""
    cells = [sheet.range((r, c)) for r in range(1, 7) for c in range(1, 7)]
    return [
        (c.formula, c.value, c.color, c.number_format, c.font.bold, c.font.color, c.wrap_text, c.merge_cells,
         c.borders["edge_bottom"].line_style, c.note.text if c.note else None, c.column_width)
        for c in cells
    ]  # fmt: skip


def test_one_undo_takes_everything_back(make_book: Make) -> None:
    book = make_book(filled, hidden=False)
    sheet = book.sheets[0]
    undo = book.api.UndoManager
    before, names = picture(sheet), [s.name for s in book.sheets]
    undo.enterUndoContext("运行评估")
    sheet["A2:B3"].value = [["改", 1], ["=1+1", True]]
    sheet["A1:C2"].color = "#FFC7CE"
    sheet["A1:C2"].font.bold = False
    sheet["B2:B4"].number_format = "0.000"
    sheet["A4"].note.text = "改过"
    sheet["C5"].add_note("新")
    sheet["D1:E2"].borders.set(["edge_bottom"], line_style="double", color="#FF0000")
    sheet["A:B"].column_width = 30
    sheet["E5:F6"].merge()
    sheet["D4"].add_hyperlink("#'学校'!A1", "回")
    book.sheets.add("结果", after=sheet)["A1"].value = 1
    undo.leaveUndoContext()
    after = picture(sheet)
    assert after != before
    undo.undo()
    assert picture(sheet) == before
    assert [s.name for s in book.sheets] == names
    undo.redo()
    assert picture(sheet) == after


def drawn(book: xw.Book) -> xw.Sheet:
    """A new sheet with texts that need several lines, a tall font, and rows whose height is set."""
    sheet = book.sheets.add("结果", after=book.sheets[-1])
    sheet["A1:A8"].value = [[text] for text in ("短", "长" * 60, "短", "大", "短", "长" * 90, "短", "长" * 120)]
    sheet["A:A"].column_width = 20
    sheet["A1:A8"].wrap_text = True
    sheet["A4"].font.size = 30
    sheet["3:3,8:8"].row_height = 50
    return sheet


def test_rows_of_a_new_sheet_get_their_height_when_the_screen_is_shown_again(make_book: Make) -> None:
    heights = []
    for shown in (True, False):
        book = make_book()
        book.app.screen_updating = shown
        sheet = drawn(book)
        book.app.screen_updating = True
        assert book.api.IsAdjustHeightEnabled
        heights.append([sheet.range((row, 1)).row_height for row in range(1, 9)])
    assert heights[1] == heights[0]
    assert heights[0][1] > 2 * heights[0][0]  # several lines
    assert heights[0][2] == heights[0][7] == 50  # also where the text needs more


def test_rows_of_a_sheet_that_was_there_get_their_height_meanwhile_too(make_book: Make) -> None:
    book = make_book()
    sheet = book.sheets[0]
    sheet["A1:A2"].value = [["短"], ["长" * 90]]
    book.app.screen_updating = False
    book.sheets.add("结果")["A1"].wrap_text = True  # of this one it waits
    sheet["A1:A2"].wrap_text = True
    assert sheet["A2"].row_height > 2 * sheet["A1"].row_height
    book.app.screen_updating = True


def test_lines_around_and_within_each_of_several_boxes(make_book: Make) -> None:
    """Neither box's line strays into what lies between them, beside each other or below each other."""
    sheet = make_book().sheets[0]
    sides = ["edge_top", "edge_bottom", "edge_left", "edge_right", "inside_vertical", "inside_horizontal"]
    sheet["B2:C4,F2:G4,B7:C8"].borders.set(sides, line_style="continuous", weight="thin", color="#808080")

    def lines(cell: str) -> list[bool]:
        return [sheet[cell].borders[side].line_style != "none" for side in sides[:4]]

    for cell in ("B2", "C4", "B3", "F2", "G3", "B7", "C8"):
        assert all(lines(cell)), cell
    for cell in ("E3", "E2", "B10", "A1", "H9"):
        assert not any(lines(cell)), cell


def test_a_sheet_is_found_under_its_new_name_only(make_book: Make) -> None:
    book = make_book()
    sheet = book.sheets[0]
    other = book.sheets.add("乙", after=sheet)
    sheet.name = "甲"
    assert book.sheets["甲"].index == 1 and "学校" not in book.sheets
    other.delete()
    assert "乙" not in book.sheets
    again = book.sheets.add("乙", after=sheet)
    again["A1"].value = 5
    assert book.sheets["乙"]["A1"].value == 5


class Watch:
    """Counts the calls that reach LibreOffice's ranges: by how many of the engine's own helpers are entered."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from qbe_xl.hosts.engines import uno_cells, uno_document

        self.calls = 0
        plain = uno_document.area_of

        def counted(sheet: Any, box: Any) -> Any:
            self.calls += 1
            return plain(sheet, box)

        for module in (uno_cells, uno_document):
            monkeypatch.setattr(module, "area_of", counted)


def test_calls_do_not_grow_with_the_number_of_rows(make_book: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    book = make_book()
    sheet, transfers = book.sheets[0], book.app.impl.transfers
    watch = Watch(monkeypatch)

    def calls(rows: int) -> tuple[int, int]:
        block = [[f"学校{r}", True, dt.datetime(2024, 9, 1), *map(float, range(67))] for r in range(rows)]
        transfers.reset()
        watch.calls = 0
        sheet["A1"].value = block
        written = watch.calls
        watch.calls = 0
        got = sheet["A1"].resize(rows, 70).value
        assert got[-1][:4] == [f"学校{rows - 1}", True, dt.datetime(2024, 9, 1), 0.0]
        assert (transfers.writes, transfers.reads, transfers.formats) == (1, 1, 0)
        return written, watch.calls

    calls(3)  # the second time booleans and dates have their formats already
    few, many = calls(3), calls(500)
    assert many[1] <= few[1]
    assert many[0] <= few[0] + 20  # where the dates' formats change is found by halving: 2 * log2(500)


def test_the_user_may_stop_before_every_change(running: PipeOffice, make_book: Make) -> None:
    class Stopped(Exception):
        pass

    asked: list[bool] = []
    stop = False

    def check() -> None:
        asked.append(True)
        if stop:
            raise Stopped

    first = make_book(filled)
    book = book_of(running.context, first.api, check=check)
    assert book == first
    assert book.app.pid == first.app.pid
    sheet = book.sheets[0]
    for change in (
        lambda: setattr(sheet["A2"], "value", 1),
        lambda: setattr(sheet["A2"], "color", "#FF0000"),
        lambda: setattr(book.app, "status_bar", "评估中 40%"),
        lambda: sheet["B2"].add_note("x"),
        lambda: book.sheets.add("新"),
        lambda: book.names.add("x_1", "='学校'!$A$1"),
    ):
        asked.clear()
        stop = True
        with pytest.raises(Stopped):
            change()
        assert asked
        stop = False
    assert sheet["A2"].value == "第一小学"
    book.app.impl.finish()
    assert book.app.status_bar is False


def test_the_status_bar_drives_the_progress_bar(make_book: Make) -> None:
    seen: list[Any] = []

    class Bar:
        def __getattr__(self, name: str) -> Any:
            return lambda *args: seen.append((name, *args))

    class Frame:
        ContainerWindow = None

        def createStatusIndicator(self) -> Bar:
            return Bar()

    app = make_book().app
    app.impl.frame = Frame()
    app.status_bar = "评估中… 40%"
    app.status_bar = "写结果 120%"
    app.screen_updating = False
    app.impl.finish()
    assert seen == [
        ("start", "评估中… 40%", 100), ("setText", "评估中… 40%"), ("setValue", 40), ("setText", "写结果 120%"),
        ("setValue", 100), ("end",),
    ]  # fmt: skip
    assert app.screen_updating is True
    app.impl.frame = None


def test_a_message_goes_where_the_caller_wants(running: PipeOffice, make_book: Make) -> None:
    told: list[Any] = []
    first = make_book()
    book = book_of(running.context, first.api, alert=lambda *message: told.append(message) or "yes")
    assert book.app.alert("继续？", "评估", "yes_no", "info") == "yes"
    assert told == [("继续？", "评估", "yes_no", "info")]


def test_saving_is_all_or_nothing(make_book: Make, tmp_path: Path) -> None:
    book = make_book(filled)
    (tmp_path / "out.xlsx").write_bytes(b"old")
    book.save(tmp_path / "out.xlsx")
    assert openpyxl.load_workbook(tmp_path / "out.xlsx")["学校"]["A2"].value == "第一小学"
    assert book.name == "book.xlsx"
    with pytest.raises(EngineError, match=r"\.doc"):
        book.save(tmp_path / "out.doc")
    with pytest.raises(EngineError, match="不能保存"):
        book.save(tmp_path / "no" / "such" / "folder.xlsx")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book.xlsx", "out.xlsx"]


def test_a_closed_workbook_is_told(make_book: Make) -> None:
    book = make_book(filled)
    sheet = book.sheets["学校"]
    book.app.screen_updating = False
    book.api.close(True)
    with pytest.raises(ConnectionLost, match=r"关闭.*closed"):
        sheet["A1"].value = 1
    book.app.impl.finish()
    with pytest.raises(EngineError, match="没有这个文件"):
        open_book(book.app.api, "nowhere.xlsx")


def test_a_killed_office_is_told_at_once(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "x.xlsx")
    with PipeOffice() as office:
        book = open_book(office.context, tmp_path / "x.xlsx")
        sheet = book.sheets[0]
        sheet["A1"].value = 5
        book.app.screen_updating = False
        office.kill()
        for act in (
            lambda: sheet["A1"].value,
            lambda: setattr(sheet["A1"], "value", 6),
            lambda: setattr(sheet["A1"], "color", "#FF0000"),
            lambda: book.save(tmp_path / "y.xlsx"),
            lambda: [s.name for s in book.sheets],
            lambda: book.names.add("n", "=1"),
        ):
            with pytest.raises(ConnectionLost) as caught:
                act()
            assert "LibreOffice 已退出" in caught.value.message("zh")
            assert "has ended" in caught.value.message("en")
        book.app.impl.finish()
        assert sorted(path.name for path in tmp_path.iterdir()) == ["x.xlsx"]


def test_python_s_own_import_stays(running: PipeOffice) -> None:
    """`uno` replaces it, and then a missing module is no ModuleNotFoundError any more, which others rely on."""
    assert running.context is not None
    with pytest.raises(ModuleNotFoundError):
        import no_such_module_anywhere  # noqa: F401
