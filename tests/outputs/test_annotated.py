"""The annotated copy: findings on their cells and in a list; everything else as it was, byte for byte."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbe_xl.core.errors import QbeError
from qbe_xl.core.findings import Finding
from qbe_xl.outputs.annotated import annotate, annotated_name, free_name, is_annotated, marks
from qbe_xl.safety import Refused
from qbe_xl.safety.preflight import inspect
from tests.paths import SAMPLES
from tests.safety.packages import MAIN, cells, packed, parts, relations

LIST = "xl/worksheets/qbe-findings.xml"
SAMPLE = (SAMPLES / "pass.xlsx").read_bytes()


def negative(
    ref: str, sheet: str = "S", school: str | None = None, value: object = -5, also: tuple[str, ...] = ()
) -> Finding:
    return Finding("QBE-DAT-002", sheet, ref, school, {"field": "在校生数", "value": value}, also=also)


def contents(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def packed_as(data: bytes) -> dict[str, tuple[bytes, tuple[int, ...]]]:
    """Every member's packed bytes, and what the directory says of it."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        found = {}
        for info in package.infolist():
            head = data[info.header_offset :]
            start = 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
            facts = (info.compress_type, info.CRC, info.external_attr, *info.date_time)
            found[info.filename] = head[start : start + info.compress_size], facts
        return found


def changed(before: bytes, after: bytes) -> set[str]:
    """Parts that differ; all others are there as they were packed, in their order, before any new one."""
    old, new = packed_as(before), packed_as(after)
    assert list(new)[: len(old)] == list(old)
    return {name for name in old if old[name] != new[name]}


def sheet_of(data: bytes) -> str:
    return contents(data)["xl/worksheets/sheet1.xml"].decode()


def opened(data: bytes) -> openpyxl.Workbook:
    inspect(data, "copy.xlsx")
    return openpyxl.load_workbook(io.BytesIO(data))


# ---- the sample of a user


def test_only_what_holds_marks_changes() -> None:
    copy = annotate(SAMPLE, [negative("F17", "学校", also=("G17",)), negative("D9", "政府保障")], name="county.xlsx")
    package = inspect(SAMPLE, "county.xlsx")
    marked = {package.sheet(name).part for name in ("学校", "政府保障")}
    rels = {f"xl/worksheets/_rels/{part.rpartition('/')[2]}.rels" for part in marked} & set(contents(SAMPLE))
    assert changed(SAMPLE, copy) == marked | rels | {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
    }  # fmt: skip
    assert (
        annotate(SAMPLE, [negative("F17", "学校", also=("G17",)), negative("D9", "政府保障")], name="county.xlsx")
        == copy
    )


def test_cells_are_coloured_and_commented_and_keep_their_looks() -> None:
    before = opened(SAMPLE)["学校"]
    book = opened(annotate(SAMPLE, [negative("B17", "学校", also=("K17",))], name="county.xlsx"))
    sheet = book["学校"]
    assert sheet["B17"].comment.text == "【错误】QBE-DAT-002\n在校生数是负数 -5。\n改正：请填写 0 或正数。"
    assert sheet["K17"].comment.text == "【错误】QBE-DAT-002：见 B17"
    for ref in ("B17", "K17"):
        old, new = before[ref], sheet[ref]
        assert new.fill.fgColor.rgb == "FFFFC7CE"
        for look in ("number_format", "border", "protection", "alignment", "font"):
            assert repr(getattr(new, look)) == repr(getattr(old, look))
        assert new.value == old.value
    assert repr(sheet["B18"].fill) == repr(before["B18"].fill)
    assert sheet.protection.sheet == before.protection.sheet
    assert sheet.data_validations.count == before.data_validations.count


def test_the_list_says_everything_and_prints_on_a4() -> None:
    findings = [
        Finding("QBE-CMP-001", "学校", "F4", "第一小学", {"field": "班数", "count": 1}),
        negative("L17", "学校"),
    ]
    copy = annotate(
        SAMPLE, findings, name="county.xlsx", value_of=lambda f: f"v{f.range}", explanation_of=lambda f: "已说明"
    )
    sheet = opened(copy)["问题清单"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "问题清单：county.xlsx"
    assert str(rows[1][0]).startswith("错误 1；疑问 1；提示 0。")
    assert rows[2] == [
        "级别",
        "代码",
        "工作表",
        "单元格",
        "学校",
        "填的是什么，应当怎样",
        "怎样改正",
        "当时的值",
        "说明",
    ]
    assert rows[3] == [
        "错误",
        "QBE-DAT-002",
        "学校",
        "L17",
        None,
        "在校生数是负数 -5。",
        "请填写 0 或正数。",
        "vL17",
        "已说明",
    ]
    assert rows[4][:5] == ["疑问", "QBE-CMP-001", "学校", "F4", "第一小学"]  # errors first
    assert sheet["D4"].hyperlink.location == "'学校'!L17"
    assert sheet.freeze_panes == "A4" and sheet.auto_filter.ref == "A3:I5"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$3:$3"
    assert sheet["F4"].alignment.wrap_text
    english = opened(annotate(SAMPLE, findings, "en", name="county.xlsx"))["Findings"]
    assert [cell.value for cell in english[4]][:2] == ["Error", "QBE-DAT-002"]


def test_a_clean_workbook_gets_a_list_that_says_so() -> None:
    copy = annotate(SAMPLE, [], name="county.xlsx")
    assert changed(SAMPLE, copy) == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
    }  # fmt: skip
    assert opened(copy)["问题清单"]["A4"].value == "没有发现问题。"


# ---- cells that are there, and cells that are not


@pytest.mark.parametrize(
    ("body", "places", "expected"),
    [
        (cells('<c r="B1"><v>1</v></c>'), "A1 C1", '<row r="1"><c r="A1" s="N"/><c r="B1"><v>1</v></c><c r="C1" s="N"/></row>'),
        ('<sheetData><row r="2"><c r="A2"/></row></sheetData>', "A1 A3",
         '<row r="1"><c r="A1" s="N"/></row><row r="2"><c r="A2"/></row><row r="3"><c r="A3" s="N"/></row>'),
        ("<sheetData/>", "B2", '<sheetData><row r="2"><c r="B2" s="N"/></row></sheetData>'),
        ('<sheetData><row r="1" spans="1:1"/></sheetData>', "C1", '<row r="1"><c r="C1" s="N"/></row>'),
        ('<sheetData><row r="1" spans="1:1"><c r="A1" s="0"/></row></sheetData>', "A1", '<row r="1" spans="1:1"><c r="A1" s="N"/></row>'),
        ('<sheetData><row><c><v>1</v></c><c t="str"><v>x</v></c></row></sheetData>', "B1",
         '<row><c><v>1</v></c><c t="str" s="N"><v>x</v></c></row>'),
        # rows out of order: what is there is coloured, nothing is put in
        ('<sheetData><row r="3"><c r="A3"/></row><row r="1"><c r="A1"/></row></sheetData>', "A1 A2",
         '<row r="3"><c r="A3"/></row><row r="1"><c r="A1" s="N"/></row>'),
        ('<dimension ref="A1:B2"/><sheetData/>', "D9", '<dimension ref="A1:D9"/>'),
    ],
)  # fmt: skip
def test_cells_stand_in_order(body: str, places: str, expected: str) -> None:
    copy = annotate(packed(parts(body)), [negative(ref) for ref in places.split()], name="a.xlsx")
    assert expected in re.sub(r's="[1-9]\d*"', 's="N"', sheet_of(copy))
    found = {cell.coordinate for row in opened(copy)["S"].iter_rows() for cell in row if cell.comment}
    assert found >= set(places.split()) - {"A2"}


def test_prefixed_parts_are_patched_in_their_own_words() -> None:
    content = parts()
    content["xl/worksheets/sheet1.xml"] = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"/></x:row></x:sheetData>'
        "<x:pageMargins/><x:tableParts/></x:worksheet>"
    ).encode()
    content["xl/styles.xml"] = f'<x:styleSheet xmlns:x="{MAIN}"/>'.encode()
    copy = annotate(packed(content), [negative("A1"), negative("B2")], name="a.xlsx")
    text = sheet_of(copy)
    assert '<x:row r="2"><x:c r="B2" s="' in text
    assert re.search(r'<x:pageMargins/><x:legacyDrawing xmlns:r="[^"]+" r:id="rIdQbe2"/><x:tableParts/>', text)
    assert opened(copy)["S"]["B2"].comment is not None


def test_a_merged_range_is_marked_at_its_first_cell() -> None:
    body = cells('<c r="A1"/>') + '<mergeCells><mergeCell ref="A1:C3"/></mergeCells>'
    sheet = opened(annotate(packed(parts(body)), [negative("B2"), negative("C3"), negative("D4")], name="a.xlsx"))["S"]
    assert sheet["A1"].comment.text.count("QBE-DAT-002") == 2
    assert sheet["A1"].fill.fgColor.rgb == "FFFFC7CE" and sheet["D4"].comment is not None


def test_a_font_too_light_for_the_mark_is_darkened() -> None:
    content = parts(cells('<c r="A1" s="1"/>'))
    content["xl/styles.xml"] = (
        f'<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/></font>'
        '<font><b/><color rgb="FFFFFFFF"/><sz val="12"/></font></fonts>'
        '<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>'
        '<cellXfs count="2"><xf fontId="0"/><xf fontId="1" numFmtId="9"><protection locked="0"/></xf></cellXfs></styleSheet>'
    ).encode()
    cell = opened(annotate(packed(content), [negative("A1")], name="a.xlsx"))["S"]["A1"]
    assert (cell.font.color.rgb, cell.font.b, cell.font.sz) == ("FF1F2A37", True, 12)
    assert (cell.number_format, cell.protection.locked) == ("0%", False)


def test_a_workbook_full_of_formats_is_commented_without_colour() -> None:
    content = parts(cells('<c r="A1" s="5"/>'))
    content["xl/styles.xml"] = (
        f'<styleSheet xmlns="{MAIN}"><cellXfs count="64000">{"<xf/>" * 64_000}</cellXfs></styleSheet>'.encode()
    )
    copy = annotate(packed(content), [negative("A1")], name="a.xlsx")
    assert '<c r="A1" s="5"/>' in sheet_of(copy)
    assert "单元格格式已满" in opened(copy)["问题清单"]["A3"].value


# ---- comments that were there

VML = '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape id="_x0000_s1025" type="#_x0000_t202"><br><x:ClientData ObjectType="Note"><x:Anchor>1, 0, 0, 0, 2, 0, 2, 0</x:Anchor><x:Row>0</x:Row><x:Column>0</x:Column></x:ClientData></v:shape></xml>'  # noqa: E501


def commented(*comments: str, authors: str = "<author>王</author>", drawing: bool = True) -> dict[str, bytes]:
    content = parts(cells('<c r="A1"/>') + ('<legacyDrawing r:id="rId2"/>' if drawing else ""))
    entries = [("rId1", "comments", "../comments1.xml")]
    if drawing:
        entries.append(("rId2", "vmlDrawing", "../drawings/vmlDrawing1.vml"))
        content["xl/drawings/vmlDrawing1.vml"] = VML.encode()
    content["xl/worksheets/_rels/sheet1.xml.rels"] = relations(*entries)
    content["xl/comments1.xml"] = (
        f'<comments xmlns="{MAIN}"><authors>{authors}</authors><commentList>{"".join(comments)}</commentList></comments>'
    ).encode()
    types = content["[Content_Types].xml"]
    override = b'<Override PartName="/xl/comments1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"/>'
    content["[Content_Types].xml"] = types.replace(b"</Types>", override + b"</Types>")
    return content


def test_a_comment_stays_and_ours_follows() -> None:
    old = '<comment ref="A1" authorId="0"><text><t>请核对</t></text></comment>'
    copy = annotate(packed(commented(old)), [negative("A1"), negative("B5")], name="a.xlsx")
    sheet = opened(copy)["S"]
    assert sheet["A1"].comment.text.startswith("请核对\n\n【错误】QBE-DAT-002\n")
    assert (sheet["A1"].comment.author, sheet["B5"].comment.author) == ("王", "qbe-xl")
    found = contents(copy)
    assert b"<text><r><t>" in found["xl/comments1.xml"]
    drawing = found["xl/drawings/vmlDrawing1.vml"].decode()
    assert drawing.startswith(VML[:200]) and "<br>" in drawing  # not XML, and left so
    assert drawing.count("<v:shape ") == 2 and 'id="_x0000_s1026"' in drawing
    assert "<x:Anchor>1, 0, 0, 0, 2, 0, 2, 0</x:Anchor>" not in drawing  # the box grew with its text
    assert [name for name in found if "qbe-" in name] == [LIST]


def test_our_own_comment_is_replaced_and_not_repeated() -> None:
    once = annotate(packed(parts(cells('<c r="A1"/>'))), [negative("A1", value=-5)], name="a.xlsx")
    twice = annotate(once, [negative("A1", value=-6)], name="a.xlsx")
    book = opened(twice)
    assert book["S"]["A1"].comment.text.count("QBE-DAT-002") == 1 and "-6" in book["S"]["A1"].comment.text
    assert book.sheetnames == ["S", "问题清单", "问题清单 (2)"]


def test_the_twin_of_a_threaded_comment_is_left_alone() -> None:
    old = '<comment ref="A1" authorId="0"><text><t>[Threaded comment]</t></text></comment>'
    content = commented(old, authors="<author>tc={0-0}</author>")
    content["xl/threadedComments/threadedComment1.xml"] = b"<ThreadedComments/>"
    copy = annotate(packed(content), [negative("A1")], name="a.xlsx")
    assert old.encode() in contents(copy)["xl/comments1.xml"]
    assert "S!A1" in opened(copy)["问题清单"]["A3"].value
    assert "xl/threadedComments/threadedComment1.xml" not in changed(packed(content), copy)


def test_comments_without_boxes_get_them() -> None:
    old = '<comment ref="C3" authorId="0"><text><t>x</t></text></comment>'
    copy = annotate(packed(commented(old, drawing=False)), [negative("A1")], name="a.xlsx")
    drawing = contents(copy)["xl/drawings/qbe-comments1.vml"].decode()
    assert re.findall(r"<x:Row>(\d+)</x:Row><x:Column>(\d+)", drawing) == [("0", "0"), ("2", "2")]


@pytest.mark.parametrize(
    ("part", "data"),
    [
        ("xl/drawings/vmlDrawing1.vml", b"<xml"),
        ("xl/comments1.xml", f'<comments xmlns="{MAIN}"/>'.encode()),
        ("xl/worksheets/_rels/sheet1.xml.rels", relations(("rId1", "comments", "../workbook.xml"))),
        ("xl/worksheets/_rels/sheet1.xml.rels", relations(("rId1", "comments", "../nowhere.xml"), ("rId2", "x", "y"))),
    ],
)
def test_an_odd_sheet_is_listed_and_left_alone(part: str, data: bytes) -> None:
    content = commented() | {part: data}
    copy = annotate(packed(content), [negative("A1")], name="a.xlsx")
    assert "未能标注" in next(cell.value for (cell,) in opened_list(copy) if "未能标注" in str(cell.value))
    assert changed(packed(content), copy) == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
    }  # fmt: skip


def opened_list(copy: bytes) -> list[tuple[object]]:
    """The first column of the list, of a workbook that openpyxl may not like."""
    sheet = openpyxl.load_workbook(io.BytesIO(copy), read_only=True)["问题清单"]
    return [(row[0],) for row in sheet.iter_rows()]


# ---- bounds, refusals and what is said about them


def test_bounds_on_marks_are_stated() -> None:
    findings = [negative(f"{letters}{row}") for letters in "ABCDEFGHIJK" for row in range(1, 101)]
    copy = annotate(packed(parts()), findings, name="a.xlsx")
    book = opened(copy)
    assert sum(cell.comment is not None for row in book["S"].iter_rows() for cell in row) == marks.MAX_COMMENTS
    assert "100 条只列在下表" in book["问题清单"]["A3"].value
    assert book["问题清单"].max_row == 4 + len(findings)
    one = opened(annotate(packed(parts()), [negative("A1")] * 9, name="a.xlsx"))["S"]["A1"].comment.text
    assert one.count("QBE-DAT-002") == marks.MAX_IN_CELL and "另有 4 条" in one


def test_a_range_is_coloured_and_a_huge_one_at_its_first_cell() -> None:
    sheet = opened(annotate(packed(parts()), [negative("A1:B3"), negative("D1:D9999")], name="a.xlsx"))["S"]
    coloured = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == "FFFFC7CE"}
    assert coloured == {"A1", "A2", "A3", "B1", "B2", "B3", "D1"}


@pytest.mark.parametrize("ref", [None, "", "学校", "A0", "XFE1", "A1048577", "A:A", "1:1", "A1:", "ZZZZ1"])
def test_what_is_no_cell_is_only_listed(ref: str | None) -> None:
    copy = annotate(packed(parts()), [negative(ref or "")], name="a.xlsx")
    assert sheet_of(copy) == parts()["xl/worksheets/sheet1.xml"].decode()


def test_signatures_are_kept_and_said_to_hold_no_more() -> None:
    content = {**parts(), "_xmlsignatures/sig1.xml": b"<Signature/>"}
    copy = annotate(packed(content), [negative("A1")], name="a.xlsx")
    assert "数字签名" in opened(copy)["问题清单"]["A3"].value
    assert "_xmlsignatures/sig1.xml" not in changed(packed(content), copy)


def test_macros_stay_byte_for_byte() -> None:
    content = {**parts(), "xl/vbaProject.bin": bytes(range(256)) * 8}
    copy = annotate(packed(content), [negative("A1")], name="a.xlsm")
    assert "xl/vbaProject.bin" not in changed(packed(content), copy)


def test_other_formats_are_refused_with_what_to_do() -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le") + b"\0" * 600
    with pytest.raises(QbeError) as caught:
        annotate(old, [], name="a.xls")
    assert caught.value.code == "QBE-ANN-001" and ".xlsx" in caught.value.message("zh")
    strict = parts()
    strict["xl/workbook.xml"] = strict["xl/workbook.xml"].replace(
        MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    )
    with pytest.raises(Refused) as refused:
        annotate(packed(strict), [], name="a.xlsx")
    assert refused.value.code == "QBE-FIL-008"


def test_no_room_for_one_more_sheet() -> None:
    content = parts()
    sheets = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId1"/>' for n in range(2, 257))
    content["xl/workbook.xml"] = content["xl/workbook.xml"].replace(b"</sheets>", sheets.encode() + b"</sheets>")
    with pytest.raises((QbeError, Refused)) as caught:
        annotate(packed(content), [], name="a.xlsx")
    assert caught.value.code in {"QBE-ANN-002", "QBE-FIL-010"}


def test_members_that_lie_over_one_another_are_refused() -> None:
    data = bytearray(packed({**parts(), "x.bin": b"y" * 1000}, zipfile.ZIP_STORED))
    at = data.rindex(b"PK\x01\x02")
    size = len(data) - 200
    data[at + 20 : at + 28] = size.to_bytes(4, "little") * 2
    with pytest.raises(Refused):
        annotate(bytes(data), [], name="a.xlsx")


# ---- text stays text

DANGEROUS = (
    '=HYPERLINK("http://x","y")',
    "@SUM(1)",
    "+1",
    "-1",
    "\t=1",
    "\r=1",
    "＝1",
    "a_x0041_",
    "<b>&\"'",
    "x\x00y\ud800",
)


@pytest.mark.parametrize("text", DANGEROUS)
def test_names_never_become_formulas(text: str) -> None:
    copy = annotate(packed(parts()), [negative("A1", school=text, value=text)], name="a.xlsx", value_of=lambda f: text)
    listed = contents(copy)[LIST].decode()
    assert "<f>" not in listed and "<f " not in listed
    assert set(re.findall(r'<c [^>]* t="(\w+)"', listed)) == {"inlineStr"}
    row = [cell for cell in opened(copy)["问题清单"][4] if cell.value is not None]
    assert all(cell.data_type == "s" for cell in row)
    if "\x00" not in text and "\r" not in text and "_x" not in text:
        school = opened(copy)["问题清单"]["E4"]
        assert school.value == text
        assert bool(school.quotePrefix) == (text[0] not in "<a")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["S", "T", ""]),
            st.integers(1, 4),
            st.integers(1, 4),
            st.text(max_size=30),
        ),
        max_size=12,
    ),
    st.sets(st.tuples(st.integers(1, 4), st.integers(1, 4)), max_size=20),
)
def test_any_findings_on_any_cells(found: list[tuple[str, int, int, str]], there: set[tuple[int, int]]) -> None:
    rows: dict[int, list[int]] = {}
    for row, column in sorted(there):
        rows.setdefault(row, []).append(column)
    body = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{chr(64 + column)}{row}"><v>{column}</v></c>' for column in columns)
        + "</row>"
        for row, columns in rows.items()
    )
    data = packed(parts(f"<sheetData>{body}</sheetData>"))
    findings = [negative(f"{chr(64 + column)}{row}", sheet, text, text) for sheet, row, column, text in found]
    copy = annotate(data, findings, name="a.xlsx")
    book = opened(copy)
    sheet = book["S"]
    commented_cells = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment}
    assert commented_cells == {finding.range for finding in findings if finding.sheet == "S"}
    assert {(row, column) for row, column in there if sheet.cell(row, column).value == column} == there
    order = [(int(m[2]), m[1]) for m in re.finditer(r'<c r="([A-Z])(\d+)"', sheet_of(copy))]
    assert order == sorted(order)


# ---- names of files


def test_names_and_what_is_ours(tmp_path: Path) -> None:
    assert annotated_name("某县.xlsx") == "某县.批注.xlsx"
    assert annotated_name("a.b.XLSM", "en") == "a.b.annotated.XLSM"
    target = tmp_path / "a.批注.xlsx"
    assert free_name(target) == target
    target.write_bytes(SAMPLE)
    assert not is_annotated(target) and free_name(target) == tmp_path / "a.批注 (2).xlsx"
    target.write_bytes(annotate(SAMPLE, [], name="a.xlsx"))
    assert is_annotated(target) and free_name(target) == target
