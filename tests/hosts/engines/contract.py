"""What every engine must do, through xlwings' public API alone. Owned by the openpyxl engine's tests.

A test module of an engine derives a class from `EngineContract` and gives two fixtures:

- ``make_book(build=None, name="book.xlsx") -> xlwings.Book``: `build` is given an openpyxl Workbook (one sheet, 学校)
  to fill; the file is saved in a temporary folder and opened in the engine. Books are closed after the test.
- ``reopen(book) -> openpyxl.Workbook``: the book saved to a new .xlsx file, and that file read with openpyxl.

`computes` says whether the engine works out formulas by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xlwings as xw

from qbe_xl.hosts.engines.common import EngineError, SheetProtected
from tests.hosts.engines.workbooks import ROWS, filled, protected

Make = Callable[..., xw.Book]
Reopen = Callable[[xw.Book], openpyxl.Workbook]


class EngineContract:
    """The checks; see the module's docstring."""

    computes = False
    longest_address = 255  # characters, as in Excel

    # ------------------------------------------------------------------------------------------ values read

    def test_values_come_as_excel_gives_them(self, make_book: Make) -> None:
        sheet = make_book(filled).sheets["学校"]
        rows = sheet["A1:E4"].options(ndim=2).value
        assert rows[1] == ["第一小学", 450.0, dt.datetime(1998, 9, 1), True, None]
        assert type(rows[1][1]) is float
        assert rows[1][3] is True
        assert rows[2] == ["第二小学", 512.5, dt.datetime(2005, 3, 15, 8, 30), False, None]
        assert rows[3] == ["第三小学", None, None, None, "待核"]
        assert sheet["A1:E4"].options(ndim=2, err_to_str=True).value[3][1] == "#N/A"

    def test_shapes_of_what_is_read(self, make_book: Make) -> None:
        sheet = make_book(filled).sheets["学校"]
        assert sheet["A2"].value == "第一小学"
        assert sheet["A2:B2"].value == ["第一小学", 450.0]
        assert sheet["A2:A3"].value == ["第一小学", "第二小学"]
        assert sheet["A2"].options(ndim=2).value == [["第一小学"]]
        assert sheet["A2:A3"].options(ndim=2).value == [["第一小学"], ["第二小学"]]
        assert sheet["H9"].value is None
        assert sheet["C2"].options(dates=dt.date).value == dt.date(1998, 9, 1)
        assert sheet["B2"].options(numbers=int).value == 450
        assert sheet["E2"].options(empty="无").value == "无"

    def test_a_text_that_reads_like_an_error_stays_a_text(self, make_book: Make) -> None:
        sheet = make_book().sheets["学校"]
        sheet["A1"].value = "'#N/A"
        sheet["A2"].value = "#N/A"
        assert sheet["A1"].value == "#N/A"
        assert sheet["A2"].value is None
        assert sheet["A1:A2"].options(err_to_str=True).value == ["#N/A", "#N/A"]

    # ------------------------------------------------------------------------------------------ values written

    def test_a_block_is_written_in_one_transfer(self, make_book: Make, reopen: Reopen) -> None:
        book = make_book()
        sheet = book.sheets["学校"]
        block = [[f"'学校{r}", *(float(r * 100 + c) for c in range(1, 70))] for r in range(500)]
        transfers = book.app.impl.transfers
        transfers.reset()
        sheet["B3"].value = block
        assert (transfers.writes, transfers.reads) == (1, 0)
        got = sheet["B3"].resize(500, 70).options(ndim=2).value
        assert (transfers.writes, transfers.reads) == (1, 1)
        assert got[0][:3] == ["学校0", 1.0, 2.0]
        assert got[499][69] == 49969.0
        again = reopen(book)["学校"]
        assert again["B502"].value == "学校499"
        assert again["BS502"].value == 49969
        assert again["A1"].value is None

    def test_kinds_of_values_survive_saving(self, make_book: Make, reopen: Reopen) -> None:
        book = make_book()
        when = dt.datetime(2024, 9, 1, 8, 30)
        book.sheets["学校"]["A1"].value = [["'文", 1, 2.5, True, when, dt.date(2024, 9, 1), None, "#DIV/0!"]]
        sheet = reopen(book)["学校"]
        values = [cell.value for cell in sheet[1]]
        assert values[:4] == ["文", 1, 2.5, True]
        assert values[3] is True
        assert values[4] == when
        assert values[5] == dt.datetime(2024, 9, 1)
        assert sheet["G1"].value is None
        assert (sheet["H1"].value, sheet["H1"].data_type) == ("#DIV/0!", "e")

    def test_an_apostrophe_makes_text(self, make_book: Make, reopen: Reopen) -> None:
        book = make_book()
        sheet = book.sheets["学校"]
        sheet["A1"].value = [["'=1+1"], ["'0012"], ["''引号"], ["'"], ["'TRUE"], ["'2024-09-01"]]
        assert sheet["A1:A6"].value == ["=1+1", "0012", "'引号", None, "TRUE", "2024-09-01"]
        assert sheet["A1"].formula == "=1+1"
        again = reopen(book)["学校"]
        assert [(again.cell(r, 1).value, again.cell(r, 1).data_type) for r in (1, 2, 5)] == [
            ("=1+1", "s"), ("0012", "s"), ("TRUE", "s"),
        ]  # fmt: skip

    def test_texts_without_an_apostrophe_are_typed_in(self, make_book: Make) -> None:
        sheet = make_book().sheets["学校"]
        sheet["A1"].value = [["0012"], ["85%"], ["TRUE"], ["一中"], ["3.5万"], ["2024-09-01"]]
        assert sheet["A1:A6"].value == [12.0, 0.85, True, "一中", "3.5万", dt.datetime(2024, 9, 1)]

    def test_a_cell_formatted_as_text_takes_texts_as_they_are(self, make_book: Make) -> None:
        sheet = make_book().sheets["学校"]
        sheet["A1:A2"].number_format = "@"
        sheet["A1"].value = [["0012"], ["=1+1"]]
        assert sheet["A1:A2"].value == ["0012", "=1+1"]

    def test_one_value_fills_a_range(self, make_book: Make) -> None:
        sheet = make_book(filled).sheets["学校"]
        sheet["G2:H3"].value = 7
        assert sheet["G2:H3"].value == [[7.0, 7.0], [7.0, 7.0]]
        sheet["A3:H3"].value = None
        assert sheet["G2:H3"].value == [[7.0, 7.0], [None, None]]
        sheet["C2"].value = 36526  # a number in a cell that shows dates is a date: 36526 is 1 January 2000
        assert sheet["C2"].value == dt.datetime(2000, 1, 1)
        assert sheet["A2"].value == "第一小学"

    def test_a_row_and_a_column(self, make_book: Make) -> None:
        sheet = make_book().sheets["学校"]
        sheet["A1"].value = [1, 2, 3]
        sheet["A2"].options(transpose=True).value = [4, 5, 6]
        assert sheet["A1:C1"].value == [1.0, 2.0, 3.0]
        assert sheet["A2:A4"].value == [4.0, 5.0, 6.0]

    def test_data_frames_both_ways(self, make_book: Make) -> None:
        sheet = make_book(filled).sheets["学校"]
        frame = sheet["A1:B3"].options(pd.DataFrame, index=False).value
        assert list(frame.columns) == ["学校", "学生数"]
        assert list(frame["学生数"]) == [450.0, 512.5]
        out = pd.DataFrame(
            {"甲": [1, 2], "乙": [np.nan, 2.5], "日": pd.to_datetime(["2024-01-02", None]), "文": ["一", None]}
        )
        sheet["G1"].options(index=False).value = out
        assert sheet["G1:J3"].options(ndim=2).value == [
            ["甲", "乙", "日", "文"],
            [1.0, None, dt.datetime(2024, 1, 2), "一"],
            [2.0, 2.5, None, None],
        ]
        sheet["M1"].value = np.array([[1, 2], [3, 4]])
        assert sheet["M1:N2"].options(np.array, ndim=2).value.tolist() == [[1.0, 2.0], [3.0, 4.0]]

    def test_clearing(self, make_book: Make) -> None:
        sheet = make_book(filled).sheets["学校"]
        sheet["A1:B2"].clear_contents()
        assert sheet["A1:B2"].value == [[None, None], [None, None]]
        assert sheet["A1"].color == (0xDD, 0xEB, 0xF7)
        sheet["A1"].clear_formats()
        assert sheet["A1"].color is None
        assert sheet["C1"].color == (0xDD, 0xEB, 0xF7)
        sheet["C1"].clear()
        assert (sheet["C1"].value, sheet["C1"].color) == (None, None)
        sheet.clear()
        assert sheet["A1:E4"].options(ndim=2).value == [[None] * 5] * 4

    # ------------------------------------------------------------------------------------------ formulas

    def test_formulas(self, make_book: Make, reopen: Reopen) -> None:
        book = make_book(filled)
        sheet = book.sheets["学校"]
        sheet["G1"].formula = "=SUM(B2:B3)"
        sheet["G2"].value = "=B2*2"
        sheet["G3"].formula2 = "=B3+1"
        assert sheet["G1"].formula == "=SUM(B2:B3)"
        assert sheet["G1:G3"].formula == (("=SUM(B2:B3)",), ("=B2*2",), ("=B3+1",))
        assert sheet["A2:B2"].formula == (("第一小学", "450"),)
        assert sheet["H1"].formula == ""
        if self.computes:
            book.app.calculate()
            assert sheet["G1:G3"].value == [962.5, 900.0, 513.5]
        again = reopen(book)["学校"]
        assert [again[c].value for c in ("G1", "G2", "G3")] == ["=SUM(B2:B3)", "=B2*2", "=B3+1"]

    def test_one_formula_fills_a_range_relatively(self, make_book: Make) -> None:
        sheet = make_book(filled).sheets["学校"]
        sheet["G2:G4"].formula = "=$B2+B$1"
        assert sheet["G2:G4"].formula == (("=$B2+B$1",), ("=$B3+B$1",), ("=$B4+B$1",))

    def test_a_value_over_a_formula(self, make_book: Make) -> None:
        sheet = make_book().sheets["学校"]
        sheet["A1"].formula = "=1+1"
        sheet["A1"].value = 5
        assert (sheet["A1"].value, sheet["A1"].formula) == (5.0, "5")

    # ------------------------------------------------------------------------------------------ places

    def test_addresses(self, make_book: Make) -> None:
        book = make_book(filled)
        sheet = book.sheets["学校"]
        assert sheet["A1:C5"].address == "$A$1:$C$5"
        assert sheet["A1:C5"].get_address(False, False) == "A1:C5"
        assert sheet[0, 1].address == "$B$1"
        assert sheet[0:2, 0:3].address == "$A$1:$C$2"
        assert sheet.range((2, 3)).address == "$C$2"
        assert sheet.range((1, 1), (3, 2)).address == "$A$1:$B$3"
        assert sheet.range("A1", "C2").address == "$A$1:$C$2"
        assert sheet["C3"].offset(1, -1).address == "$B$4"
        assert sheet["A:B"].address == "$A:$B"
        assert sheet["2:3"].address == "$2:$3"
        many = sheet["A1:B2,D4"]
        assert many.address == "$A$1:$B$2,$D$4"
        assert (many.row, many.column, many.shape) == (1, 1, (2, 2))
        assert sheet["A1:C5"].last_cell.address == "$C$5"
        assert sheet["B2:C4"].rows[1].address == "$B$3:$C$3"
        assert sheet["B2:C4"].columns[1].address == "$C$2:$C$4"
        assert [cell.address for cell in sheet["B2:C3"]] == ["$B$2", "$C$2", "$B$3", "$C$3"]
        assert sheet["qbe_in"].address == "$A$1:$E$4"
        with pytest.raises(Exception, match=r"没有|nothing_of_the_kind"):
            _ = sheet["nothing_of_the_kind"]
        with pytest.raises(IndexError):
            sheet.range((0, 1))

    def test_what_lies_around_a_cell(self, make_book: Make) -> None:
        sheet = make_book(filled).sheets["学校"]
        assert sheet["A1"].expand().address == "$A$1:$E$4"
        assert sheet["A1"].expand("down").address == "$A$1:$A$4"
        assert sheet["A1"].expand("right").address == "$A$1:$E$1"
        assert sheet["A1"].end("down").address == "$A$4"
        assert sheet["A4"].end("up").address == "$A$1"
        assert sheet["A1"].end("right").address == "$E$1"
        assert sheet["A9"].end("up").address == "$A$4"
        assert sheet["H1"].end("left").address == "$E$1"
        assert sheet["H1"].end("down").row == 1_048_576
        assert sheet["B2"].current_region.address == "$A$1:$E$4"
        assert sheet.used_range.address == "$A$1:$E$4"
        sheet["G6"].value = 1
        assert sheet.used_range.last_cell.address == "$G$6"

    # ------------------------------------------------------------------------------------------ formats

    def test_formats_arrive(self, make_book: Make, reopen: Reopen) -> None:
        book = make_book(filled)
        sheet = book.sheets["学校"]
        cells = sheet["A2:B3"]
        cells.color = "#FFC7CE"
        cells.font.bold = True
        cells.font.italic = True
        cells.font.color = (156, 0, 6)
        cells.font.size = 14
        cells.font.name = "SimHei"
        cells.number_format = "0.000"
        cells.wrap_text = True
        cells.horizontal_alignment = "center"
        cells.vertical_alignment = "top"
        one = sheet["B3"]
        assert one.color == (255, 199, 206)
        assert (one.font.bold, one.font.italic, one.font.size, one.font.name) == (True, True, 14, "SimHei")
        assert one.font.color == (156, 0, 6)
        assert (one.number_format, one.wrap_text) == ("0.000", True)
        assert (one.horizontal_alignment, one.vertical_alignment) == ("center", "top")
        cell = reopen(book)["学校"]["B3"]
        assert cell.fill.fill_type == "solid"
        assert cell.fill.fgColor.rgb[-6:] == "FFC7CE"
        assert (cell.font.b, cell.font.i, cell.font.sz, cell.font.name) == (True, True, 14, "SimHei")
        assert cell.font.color.rgb[-6:] == "9C0006"
        assert cell.number_format == "0.000"
        assert (cell.alignment.horizontal, cell.alignment.vertical, cell.alignment.wrap_text) == ("center", "top", True)
        assert cell.value == 512.5

    def test_a_format_changes_only_what_it_names(self, make_book: Make) -> None:
        sheet = make_book(filled).sheets["学校"]
        sheet["A1"].color = "#FF0000"
        assert (sheet["A1"].font.bold, sheet["A1"].font.name, sheet["A1"].font.size) == (True, "SimSun", 12)
        sheet["A1"].color = None
        assert sheet["A1"].color is None
        assert sheet["A1"].font.color == (0x1F, 0x38, 0x64)
        assert sheet["B1"].color == (0xDD, 0xEB, 0xF7)
        assert sheet["B2"].number_format == "0.0"

    def test_several_areas_take_one_format_call(self, make_book: Make, reopen: Reopen) -> None:
        book = make_book(filled)
        sheet = book.sheets["学校"]
        transfers = book.app.impl.transfers
        transfers.reset()
        sheet["A2:A3,C2,H8"].color = "#FFEB9C"
        assert transfers.formats == 1
        again = reopen(book)["学校"]
        coloured = [c.coordinate for row in again.iter_rows() for c in row if c.fill.fgColor.rgb[-6:] == "FFEB9C"]
        assert coloured == ["A2", "C2", "A3", "H8"]

    def test_an_address_takes_so_many_characters(self, make_book: Make) -> None:
        sheet = make_book().sheets["学校"]
        count = (self.longest_address + 1) // 4  # of 3 characters each, and commas between them
        last = f"A{10 + (count - 1) % 90}"
        fits = ",".join(f"A{10 + number % 90}" for number in range(count))
        assert self.longest_address - 4 < len(fits) <= self.longest_address
        sheet[fits].color = "#FFEB9C"
        assert sheet[last].color == (0xFF, 0xEB, 0x9C)
        with pytest.raises(EngineError, match=str(self.longest_address)):
            _ = sheet[fits + ",A73"]

    def test_borders(self, make_book: Make, reopen: Reopen) -> None:
        book = make_book(filled)
        book.sheets["学校"]["A2:C3"].borders.set("all", line_style="continuous", weight="thin", color="#808080")
        book.sheets["学校"]["A2:C3"].borders.set(["edge_bottom"], line_style="continuous", weight="medium")
        sheet = reopen(book)["学校"]
        assert sheet["B2"].border.left.style == "thin"
        assert sheet["B2"].border.left.color.rgb[-6:] == "808080"
        assert sheet["A3"].border.bottom.style == "medium"
        assert sheet["D2"].border.right is None or sheet["D2"].border.right.style is None

    def test_widths_and_heights(self, make_book: Make, reopen: Reopen) -> None:
        book = make_book(filled)
        sheet = book.sheets["学校"]
        sheet["A:B"].column_width = 20
        sheet["3:3"].row_height = 40
        assert sheet["A1"].column_width == pytest.approx(20, abs=0.3)
        assert sheet["A3"].row_height == pytest.approx(40, abs=0.6)
        sheet["D1"].columns.hidden = True
        sheet["A4"].rows.hidden = True
        assert (sheet["D9"].columns.hidden, sheet["E9"].columns.hidden, sheet["C4"].rows.hidden) == (True, False, True)
        again = reopen(book)["学校"]
        assert again.column_dimensions["A"].width == pytest.approx(20.7, abs=0.5)
        assert again.row_dimensions[3].height == pytest.approx(40, abs=0.6)
        assert again.row_dimensions[4].hidden
        sheet.autofit()
        sheet["A1:B4"].columns.autofit()

    def test_merges(self, make_book: Make, reopen: Reopen) -> None:
        book = make_book(filled)
        sheet = book.sheets["学校"]
        sheet["G1:I2"].value = 1
        sheet["G1:I2"].merge()
        assert sheet["G1"].merge_cells is True
        assert sheet["H2"].merge_area.address == "$G$1:$I$2"
        assert sheet["A1"].merge_cells is False
        assert sheet["A1"].merge_area.address == "$A$1"
        assert sheet["G1"].value == 1.0
        assert [str(r) for r in reopen(book)["学校"].merged_cells.ranges] == ["G1:I2"]
        sheet["H1"].unmerge()
        assert sheet["G1"].merge_cells is False

    # ------------------------------------------------------------------------------------------ notes and links

    def test_notes(self, make_book: Make, reopen: Reopen) -> None:
        book = make_book(filled)
        sheet = book.sheets["学校"]
        assert sheet["A4"].note.text.endswith("数据待核对")
        assert sheet["A1"].note is None
        transfers = book.app.impl.transfers
        transfers.reset()
        sheet["B4"].add_note("QBE-CHK-001 学生数缺失\n请填写")
        assert transfers.notes == 1
        assert sheet["B4"].note.text == "QBE-CHK-001 学生数缺失\n请填写"
        sheet["B4"].note.text = "改过"
        sheet["C4"].add_note("删去")
        sheet["C4"].note.delete()
        assert sheet["C4"].note is None
        again = reopen(book)["学校"]
        assert again["A4"].comment.text.endswith("数据待核对")
        assert again["B4"].comment.text == "改过"
        assert again["C4"].comment is None

    def test_links(self, make_book: Make, reopen: Reopen) -> None:
        book = make_book(filled)
        sheet = book.sheets["学校"]
        book.sheets.add("结 果", after=sheet)
        sheet["G1"].add_hyperlink("#'结 果'!A1", "去结果", "看结果")
        sheet["G2"].add_hyperlink("https://example.org/a", "网址", "提示")
        assert sheet["G1"].value == "去结果"
        assert "结 果" in sheet["G1"].hyperlink
        assert sheet["G2"].hyperlink == "https://example.org/a"
        again = reopen(book)["学校"]
        assert again["G1"].value == "去结果"
        assert again["G1"].hyperlink.location.replace("'", "").replace("$", "") in ("结 果!A1", "结 果.A1")
        assert again["G2"].hyperlink.target == "https://example.org/a"

    # ------------------------------------------------------------------------------------------ sheets

    def test_sheets(self, make_book: Make, reopen: Reopen) -> None:
        book = make_book(filled)
        first = book.sheets["学校"]
        last = book.sheets.add("结果", after=first)
        front = book.sheets.add("说明", before=first)
        assert [s.name for s in book.sheets] == ["说明", "学校", "结果"]
        assert book.sheets.active.name == "说明"
        assert (front.index, last.index, len(book.sheets)) == (1, 3, 3)
        assert "结果" in [s.name for s in book.sheets]
        last.activate()
        assert book.sheets.active == last
        last.name = "评估结果"
        assert book.sheets["评估结果"].index == 3
        last.visible = False
        assert not last.visible
        assert book.sheets.active.name != "评估结果"
        extra = book.sheets.add("多余")
        extra.delete()
        assert "多余" not in [s.name for s in book.sheets]
        with pytest.raises(ValueError, match="already present"):
            book.sheets.add("学校")
        again = reopen(book)
        assert again.sheetnames == ["说明", "学校", "评估结果"]
        assert again["评估结果"].sheet_state == "hidden"

    def test_sheets_move_and_copy(self, make_book: Make, reopen: Reopen) -> None:
        book = make_book(filled)
        first = book.sheets["学校"]
        other = book.sheets.add("乙", after=first)
        other.move(before=first)
        assert [s.name for s in book.sheets] == ["乙", "学校"]
        copied = first.copy(name="副本")
        assert copied["A2"].value == "第一小学"
        assert [s.name for s in book.sheets] == ["乙", "学校", "副本"]
        assert reopen(book)["副本"]["A1"].fill.fgColor.rgb[-6:] == "DDEBF7"

    def test_view_settings(self, make_book: Make, reopen: Reopen) -> None:
        book = make_book(filled)
        sheet = book.sheets["学校"]
        sheet.freeze_panes.freeze_at("A1:B1")
        sheet.show_gridlines = False
        assert sheet.show_gridlines is False
        sheet.page_setup.print_area = "A1:E4"
        assert sheet.page_setup.print_area == "$A$1:$E$4"
        again = reopen(book)["学校"]
        assert again.freeze_panes == "C2"
        assert again.sheet_view.showGridLines is False
        assert "$A$1:$E$4" in again.print_area
        sheet.freeze_panes.unfreeze()
        assert reopen(book)["学校"].freeze_panes is None

    # ------------------------------------------------------------------------------------------ names

    def test_names(self, make_book: Make, reopen: Reopen) -> None:
        book = make_book(filled)
        sheet = book.sheets["学校"]
        assert "qbe_in" in book.names
        assert "nichts" not in book.names
        assert book.names["QBE_IN"].refers_to_range.address == "$A$1:$E$4"
        assert book.names["qbe_in"].refers_to_range.sheet == sheet
        assert book.names["qbe_in"].refers_to.replace("'", "") == "=学校!$A$1:$E$4"
        book.names.add("qbe_cv", "=学校!$B$2")
        sheet["B3"].name = "学生数"
        assert sheet["B3"].name.name == "学生数"
        assert sheet["C9"].name is None
        assert sorted(n.name for n in book.names) == ["qbe_cv", "qbe_in", "学生数"]
        book.names["qbe_cv"].refers_to = "=学校!$B$4"
        book.names["qbe_in"].delete()
        assert "qbe_in" not in book.names
        again = reopen(book)
        assert sorted(again.defined_names) == ["qbe_cv", "学生数"]
        assert again.defined_names["qbe_cv"].attr_text.replace("'", "") == "学校!$B$4"

    # ------------------------------------------------------------------------------------------ tables and charts

    def test_tables(self, make_book: Make, reopen: Reopen) -> None:
        book = make_book(filled)
        sheet = book.sheets["学校"]
        table = sheet.tables.add(source=sheet["A1:E4"], name="tblSchools", table_style_name="TableStyleLight9")
        assert table.name == "tblSchools"
        assert table.range.address == "$A$1:$E$4"
        assert table.header_row_range.value == ROWS[0]
        assert table.data_body_range.address == "$A$2:$E$4"
        assert "tblSchools" in [t.name for t in sheet.tables]
        assert sheet.tables["tblSchools"].range.shape == (4, 5)
        table.resize(sheet["A1:E3"])
        saved = reopen(book)["学校"].tables["tblSchools"]
        assert saved.ref == "A1:E3"
        assert [c.name for c in saved.tableColumns] == ROWS[0]

    @pytest.mark.parametrize(
        ("kind", "tag"),
        [("column_clustered", "BarChart"), ("bar_clustered", "BarChart"), ("line", "LineChart"), ("pie", "PieChart")],
    )
    def test_charts(self, make_book: Make, reopen: Reopen, kind: str, tag: str) -> None:
        book = make_book(filled)
        sheet = book.sheets["学校"]
        anchor = sheet["G2"]
        chart = sheet.charts.add(
            left=anchor.left, top=anchor.top, width=300, height=200,
            source=sheet["A1:B3"], chart_type=kind, name="qbe_cv",
        )  # fmt: skip
        chart.title = "差异系数"
        assert (chart.name, chart.chart_type, chart.title) == ("qbe_cv", kind, "差异系数")
        assert (chart.left, chart.top) == pytest.approx((anchor.left, anchor.top), abs=1)
        assert (chart.width, chart.height) == pytest.approx((300, 200), abs=1)
        assert [c.name for c in sheet.charts] == ["qbe_cv"]
        (saved,) = reopen(book)["学校"]._charts
        assert type(saved).__name__ == tag
        assert [s.val.numRef.f.replace("'", "").replace("$", "") for s in saved.series] == ["学校!B2:B3"]
        assert (saved.anchor._from.col, saved.anchor._from.row) == (6, 1)
        sheet.charts["qbe_cv"].delete()
        assert len(sheet.charts) == 0
        assert reopen(book)["学校"]._charts == []

    def test_charts_on_two_sheets(self, make_book: Make) -> None:
        """Each sheet counts its own charts."""
        book = make_book()
        first = book.sheets["学校"]
        first["A1:B3"].value = [["学校", "系数"], ["甲", 0.2], ["乙", 0.4]]
        second = book.sheets.add("图表", after=first)
        names = []
        for sheet in (first, second, first):
            names.append(sheet.charts.add(source=first["A1:B3"]).name)
        assert len(first.charts) == 2 and len(second.charts) == 1
        assert names[0] == names[1] != names[2]
        assert {chart.name for chart in first.charts} == {names[0], names[2]}

    # ------------------------------------------------------------------------------------------ application

    def test_application_settings(self, make_book: Make) -> None:
        book = make_book(filled)
        app = book.app
        with app.properties(screen_updating=False, enable_events=False, calculation="manual", status_bar="评估中…"):
            assert (app.screen_updating, app.calculation, app.status_bar) == (False, "manual", "评估中…")
        assert (app.screen_updating, app.enable_events, app.calculation) == (True, True, "automatic")
        assert app.status_bar in (False, "", None)
        app.display_alerts = False
        app.display_alerts = True
        assert app.version.major >= 1
        assert book.name in [b.name for b in app.books]
        assert isinstance(app.pid, int)

    def test_alerts_are_kept_and_answered(self, make_book: Make) -> None:
        app = make_book().app
        app.impl.alerts.log.clear()
        assert app.alert("达标", title="评估结果", mode="info") == "ok"
        app.impl.alerts.answer = lambda prompt, title, buttons, mode: "no"
        assert app.alert("要覆盖吗？", buttons="yes_no") == "no"
        assert [(a.prompt, a.title, a.answer) for a in app.impl.alerts.log] == [
            ("达标", "评估结果", "ok"), ("要覆盖吗？", None, "no"),
        ]  # fmt: skip
        app.impl.alerts.answer = None

    def test_selection(self, make_book: Make) -> None:
        book = make_book(filled)
        sheet = book.sheets["学校"]
        sheet.activate()
        sheet["B3:C4"].select()
        assert book.selection.address == "$B$3:$C$4"
        assert book.app.selection.sheet == sheet

    def test_two_books_and_the_caller(self, make_book: Make) -> None:
        one = make_book(filled, name="one.xlsx")
        two = make_book(name="two.xlsx")
        two.sheets["学校"]["A2"].value = "别处"
        assert one.sheets["学校"]["A2"].value == "第一小学"
        assert one != two
        one.set_mock_caller()
        try:
            assert xw.Book.caller().name == "one.xlsx"
            assert xw.Book.caller().sheets[0]["A2"].value == "第一小学"
        finally:
            del xw.Book._mock_caller
        one.activate()
        assert one.app.books.active.name == "one.xlsx"

    # ------------------------------------------------------------------------------------------ protection

    @pytest.mark.parametrize(
        "act",
        [
            lambda s: setattr(s["A2"], "value", "改"),
            lambda s: setattr(s["A2"], "formula", "=1"),
            lambda s: setattr(s["A1:B2"], "value", [[1, 2], [3, 4]]),
            lambda s: setattr(s["A2"], "color", "#FF0000"),
            lambda s: setattr(s["A2"].font, "bold", True),
            lambda s: setattr(s["A2"], "number_format", "0"),
            lambda s: s["A2"].add_note("注"),
            lambda s: s["A2"].clear_contents(),
            lambda s: s["A2"].clear(),
            lambda s: s["A2:A3"].merge(),
        ],
        ids=["value", "formula", "block", "color", "font", "number_format", "note", "clear_contents", "clear", "merge"],
    )
    def test_locked_cells_of_a_protected_sheet(self, make_book: Make, act: Callable[[Any], Any]) -> None:
        sheet = make_book(protected).sheets["学校"]
        with pytest.raises(SheetProtected, match=r"受保护.*protected"):
            act(sheet)
        assert sheet["A2:B2"].value == ["第一小学", 450.0]
        assert sheet["A2"].color is None
        assert sheet["A2"].note is None

    def test_unlocked_cells_of_a_protected_sheet_take_values(self, make_book: Make) -> None:
        sheet = make_book(protected).sheets["学校"]
        sheet["B2:B3"].value = [[1], [2]]
        assert sheet["B2:B3"].value == [1.0, 2.0]
