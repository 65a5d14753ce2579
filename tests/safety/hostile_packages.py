"""Hostile workbooks: packages that are, or look like, .xlsx; see `tests.safety.hostile`."""

# fmt: off
# ruff: noqa: E501

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

from tests.paths import SAMPLES
from tests.safety.hostile_kinds import (
    BOUNDS,
    COUNTY,
    DAMAGED,
    KINDS,
    LAUGHS,
    MB,
    PASSWORD,
    STRANGE,
    Hostile,
    kind,
    several,
)
from tests.safety.ole import ole
from tests.safety.packages import (
    MAIN,
    cells,
    packed,
    parts,
    relations,
    sample_changed,
    sample_parts,
    with_part,
    workbook,
)

SCHOOLS = "xl/worksheets/sheet2.xml"


def dimension(ref: str) -> bytes:
    data = sample_parts()[SCHOOLS]
    start = data.index(b'<dimension ref="')
    end = data.index(b"/>", start)
    return sample_changed(SCHOOLS, (data[start:end], f'<dimension ref="{ref}"'.encode()))


several(
    "lying_dimension",
    COUNTY,
    {
        "huge": lambda: dimension("A1:XFD1048576"),
        "small": lambda: dimension("A1:B2"),
        "empty": lambda: dimension(""),
        "absurd": lambda: dimension("ZZZ99999999:A1"),
    },
)


# ---- bombs


@kind(BOUNDS)
def blanks_of_80_mb() -> bytes:
    return packed(parts(b" " * (80 * MB)))


@kind(BOUNDS)
def one_text_of_50_mb() -> bytes:
    return packed(parts(b'<sheetData><row><c t="inlineStr"><is><t>' + b"A" * (50 * MB) + b"</t></is></c></row></sheetData>"))


@kind(BOUNDS)
def shared_strings_of_50_mb() -> bytes:
    return with_part("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">'.encode() + b"<si><t>AAAA</t></si>" * 2_500_000 + b"</sst>")


@kind(BOUNDS)
def many_parts_below_the_ratio_that_together_are_too_much() -> bytes:
    return packed({**parts(), **{f"xl/media/{n}.xml": b" " * (MB - 1) for n in range(130)}})


@kind(BOUNDS)
def three_thousand_parts() -> bytes:
    return packed({**parts(), **{f"xl/{n}.xml": b"<x/>" for n in range(3000)}})


@kind(BOUNDS)
def a_million_rows_with_values() -> bytes:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n * 7919) for n in range(1, 300_000))
    return packed(parts(b"<sheetData>" + rows + b"</sheetData>"))


@kind(STRANGE)
def a_million_empty_rows() -> bytes:
    rows = b"".join(b'<row r="%d"/>' % n for n in range(1, 1_000_001))
    return packed(parts(b"<sheetData>" + rows + b"</sheetData>"))


@kind(BOUNDS)
def two_million_blank_cells() -> bytes:
    row = b"".join(b'<c r="A%d" s="%d"/>' % (n, n % 7) for n in range(2000))
    return packed(parts(b"<sheetData>" + b'<row r="1">' + row * 1000 + b"</row></sheetData>"))


@kind(BOUNDS)
def sixty_thousand_merges() -> bytes:
    merges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 60_001))
    return packed(parts(f"<sheetData/><mergeCells>{merges}</mergeCells>"))


@kind(STRANGE)
def a_merge_of_the_whole_sheet() -> bytes:
    return packed(parts(cells('<c r="A1"><v>1</v></c>') + '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'))


@kind(COUNTY)
def a_merge_of_the_whole_sheet_in_a_report() -> bytes:
    return sample_changed(SCHOOLS, (b"<mergeCell ", b'<mergeCell ref="A1:XFD1048576"/><mergeCell '))


@kind(COUNTY)
def ten_thousand_merges_over_each_other_in_a_report() -> bytes:
    merges = b"".join(b'<mergeCell ref="A1:ZZ%d"/>' % (2 + n % 18_000) for n in range(10_000))
    return sample_changed(SCHOOLS, (b"<mergeCell ", merges + b"<mergeCell "))


@kind(BOUNDS)
def six_thousand_names() -> bytes:
    names = "".join(f'<definedName name="n{n}">S!$A$1</definedName>' for n in range(6000))
    return packed({**parts(), "xl/workbook.xml": workbook(("S", "rId1"), names=f"<definedNames>{names}</definedNames>")})


@kind(STRANGE)
def names_that_name_each_other() -> bytes:
    names = "".join(f'<definedName name="n{n}">n{n + 1}+n{n + 1}</definedName>' for n in range(4000))
    return packed({**parts(), "xl/workbook.xml": workbook(("S", "rId1"), names=f"<definedNames>{names}</definedNames>")})


@kind(BOUNDS)
def three_hundred_sheets() -> bytes:
    sheets = workbook(*((f"S{n}", "rId1") for n in range(300)))
    return packed({**parts(), "xl/workbook.xml": sheets})


@kind(BOUNDS)
def one_part_for_two_sheets() -> bytes:
    return packed({**parts(), "xl/workbook.xml": workbook(("A", "rId1"), ("B", "rId1"))})


@kind(STRANGE)
def elements_60000_deep() -> bytes:
    return packed(parts("<a>" * 60_000 + "</a>" * 60_000))


@kind(STRANGE)
def styles_20000_deep() -> bytes:
    deep = "<a>" * 20_000 + "</a>" * 20_000
    return with_part("xl/styles.xml", f'<styleSheet xmlns="{MAIN}">{deep}</styleSheet>'.encode())


@kind(BOUNDS)
def a_tag_of_9_mb() -> bytes:
    value = b"".join(b"%d." % (n * 7919) for n in range(900_000))
    return packed(parts(b'<sheetData><row r="1" spans="' + value + b'"/></sheetData>'))


@kind(STRANGE)
def an_element_of_100000_attributes() -> bytes:
    return packed(parts("<sheetData " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>"))


@kind(STRANGE)
def an_element_of_50000_namespaces() -> bytes:
    return packed(parts("<sheetData " + " ".join(f'xmlns:a{n}="u:{n}"' for n in range(50_000)) + "/>"))


def shared_strings_of_16_mb_that_pack_badly() -> bytes:
    body = b"".join(b"<si><t>%x</t></si>" % (n * 2654435761 % (1 << 40)) for n in range(700_000))
    return with_part("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">'.encode() + body + b"</sst>")


KINDS.append(
    Hostile("shared_strings_of_16_mb_that_pack_badly", shared_strings_of_16_mb_that_pack_badly, "QBE-FIL-013", seconds=1)
)


@kind(STRANGE)
def fifteen_thousand_formats() -> bytes:
    xfs = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>' * 15_000
    body = f'<fonts count="1"><font/></fonts><cellXfs count="4294967295">{xfs}</cellXfs>'
    return with_part("xl/styles.xml", f'<styleSheet xmlns="{MAIN}">{body}</styleSheet>'.encode())


# ---- document types and encodings

QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"A" * 50_000}">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
REMOTE = '<!DOCTYPE x SYSTEM "http://example.com/evil.dtd">'
PARAMETER = '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>'


def sheet_with(head: str, entity: str = "&a;") -> Callable[[], bytes]:
    content = cells(f'<c r="A1" t="inlineStr"><is><t>{entity}</t></is></c>')
    return lambda: packed(parts(content, head))


several(
    "entities",
    BOUNDS,
    {
        "billion_laughs": sheet_with(LAUGHS, "&j;"),
        "quadratic": sheet_with(QUADRATIC, "&a;" * 5000),
        "of_a_file": sheet_with(OUTSIDE),
        "of_a_parameter": sheet_with(PARAMETER, ""),
        "from_afar": sheet_with(REMOTE, ""),
        "in_the_workbook": lambda: with_part("xl/workbook.xml", LAUGHS.encode() + workbook(("S", "rId1"))),
        "in_the_relations": lambda: with_part("_rels/.rels", LAUGHS.encode() + parts()["_rels/.rels"]),
        "in_the_types": lambda: with_part("[Content_Types].xml", LAUGHS.encode() + parts()["[Content_Types].xml"]),
        "in_the_strings": lambda: with_part("xl/sharedStrings.xml", LAUGHS.encode() + parts()["xl/sharedStrings.xml"]),
        "in_a_part_of_no_use": lambda: with_part("customXml/item1.xml", (LAUGHS + "<x>&j;</x>").encode()),
        "in_utf_16": lambda: with_part("xl/a.xml", ('<?xml version="1.0" encoding="UTF-16"?>' + OUTSIDE + "<x>&a;</x>").encode("utf-16")),
    },
)

ROW = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
several(
    "encoding",
    STRANGE,
    {
        "utf_16": lambda: with_part("xl/worksheets/sheet1.xml", ('<?xml version="1.0" encoding="UTF-16"?>' + ROW).encode("utf-16")),
        "latin_1": lambda: with_part("xl/worksheets/sheet1.xml", ('<?xml version="1.0" encoding="iso-8859-1"?>' + ROW).encode()),
        "mixed": lambda: packed({**parts(), "xl/workbook.xml": ('<?xml version="1.0" encoding="UTF-16"?>' + workbook(("表", "rId1")).decode()).encode("utf-16")}),
    },
)
several(
    "not_xml",
    DAMAGED,
    {
        "unknown_encoding": lambda: with_part("xl/worksheets/sheet1.xml", ('<?xml version="1.0" encoding="klingon"?>' + ROW).encode()),
        "wrong_utf_8": lambda: with_part("xl/worksheets/sheet1.xml", ROW.replace("<v>1", "<v>\udcff").encode("utf-8", "surrogateescape")),
        "zero_bytes": lambda: packed(parts(b"<sheetData>\0</sheetData>")),
        "forbidden_character": lambda: packed(parts("<sheetData>&#0;</sheetData>")),
        "cut_off": lambda: with_part("xl/worksheets/sheet1.xml", ROW[:-30].encode()),
        "workbook_cut_off": lambda: with_part("xl/workbook.xml", b"<workbook"),
        "empty_part": lambda: with_part("xl/worksheets/sheet1.xml", b""),
    },
)


# ---- cells

several(
    "cells_out_of_bounds",
    BOUNDS,
    {
        "far_row": lambda: packed(parts('<sheetData><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>')),
        "far_corner": lambda: packed(
            parts('<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
        ),
        "row_of_20_digits": lambda: packed(parts(f'<sheetData><row r="{"9" * 20}"><c r="A1"><v>1</v></c></row></sheetData>')),
        "negative_row": lambda: packed(parts('<sheetData><row r="-5"><c r="A1"><v>1</v></c></row></sheetData>')),
        "four_letters": lambda: packed(parts(cells('<c r="ABCD1"><v>1</v></c>'))),
        "letters_of_1000": lambda: packed(parts(cells(f'<c r="{"A" * 1000}1"><v>1</v></c>'))),
        "long_formula": lambda: packed(parts(cells(f'<c r="A1"><f>{"1+" * 5000}1</f><v>1</v></c>'))),
    },
)
several(
    "odd_cells",
    "any",
    {
        "column_without_row": lambda: packed(parts(cells('<c r="A"><v>1</v></c>', '<c r="1"><v>1</v></c>', '<c r=""><v>1</v></c>'))),
        "small_letters": lambda: packed(parts(cells('<c r="a1"><v>1</v></c>', '<c r="b1:c1"><v>1</v></c>'))),
        "one_cell_twice": lambda: packed(parts(cells('<c r="A1"><v>1</v></c>', '<c r="A1"><v>2</v></c>'))),
        "rows_backwards": lambda: packed(parts('<sheetData><row r="9"><c r="A9"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row></sheetData>')),
        "row_and_cell_differ": lambda: packed(parts('<sheetData><row r="2"><c r="A7"><v>1</v></c></row></sheetData>')),
        "no_string_of_that_number": lambda: packed(parts(cells('<c r="A1" t="s"><v>99999</v></c>'))),
        "negative_string": lambda: packed(parts(cells('<c r="A1" t="s"><v>-1</v></c>'))),
        "huge_string_number": lambda: packed(parts(cells(f'<c r="A1" t="s"><v>{"9" * 5000}</v></c>'))),
        "number_of_5000_digits": lambda: packed(parts(cells(f'<c r="A1"><v>{"9" * 5000}</v></c>'))),
        "nan_and_infinity": lambda: packed(parts(cells('<c r="A1"><v>NaN</v></c>', '<c r="B1"><v>-inf</v></c>', '<c r="C1"><v>1e999</v></c>'))),
        "no_number_at_all": lambda: packed(parts(cells('<c r="A1"><v>abc</v></c>', '<c r="B1"><v>0x10</v></c>'))),
        "no_such_type": lambda: packed(parts(cells('<c r="A1" t="zz"><v>1</v></c>'))),
        "no_such_style": lambda: packed(parts(cells('<c r="A1" s="123456"><v>1</v></c>', '<c r="B1" s="-1"><v>1</v></c>'))),
        "a_wrong_date": lambda: packed(parts(cells('<c r="A1" t="d"><v>2024-99-99T99:99:99</v></c>'))),
        "half_a_character": lambda: packed(parts(cells('<c r="A1" t="inlineStr"><is><t>_xD800_</t></is></c>'))),
        "dde": lambda: packed(parts(cells("<c r=\"A1\"><f>cmd|' /C calc'!A0</f><v>0</v></c>"))),
        "brackets_2000_deep": lambda: packed(parts(cells(f'<c r="A1"><f>{"(" * 2000}1{")" * 2000}</f><v>1</v></c>'))),
        "regex_blowing_formula": lambda: packed(parts(cells(f'<c r="A1"><f>LET({"x" * 40}({"y" * 40}{"(" * 30}</f><v>1</v></c>'))),
        "shared_by_the_whole_sheet": lambda: packed(parts(cells('<c r="A1"><f t="shared" ref="A1:XFD1048576" si="0">A2</f><v>1</v></c>'))),
        "array_of_the_whole_sheet": lambda: packed(parts(cells('<c r="A1"><f t="array" ref="A1:XFD1048576">A2:A9</f><v>1</v></c>'))),
    },
)


def value(text: str, attributes: str = "") -> Callable[[], bytes]:
    """A sample whose first number in the schools' sheet is another text."""

    def make() -> bytes:
        data = sample_parts()[SCHOOLS]
        at = data.index(b"<v>", data.index(b'<row r="8"'))
        start = data.rindex(b"<c ", 0, at)
        end = data.index(b"</c>", at)
        cell = data[start:end]
        ref = cell.split(b'r="')[1].split(b'"')[0].decode()
        return sample_changed(SCHOOLS, (cell, f'<c r="{ref}"{attributes}><v>{text}</v>'.encode()))

    return make


several(
    "a_value_in_a_report",
    "any",
    {
        "nan": value("NaN"),
        "infinite": value("1e999"),
        "of_5000_digits": value("9" * 5000),
        "underscored": value("1_0"),
        "of_arabic_digits": value("١٢"),
        "negative_zero": value("-0"),
        "tiny": value("1e-320"),
        "of_100000_characters": value("字" * 100_000, ' t="str"'),
        "half_a_character": value("_xD800_", ' t="str"'),
        "a_formula_as_text": value('=HYPERLINK("http://example.com")', ' t="str"'),
        "braces": value("{0.__class__} %s %n", ' t="str"'),
    },
)


# ---- relations and names

several(
    "relations",
    DAMAGED,
    {
        "no_such_part": lambda: with_part("xl/_rels/workbook.xml.rels", relations(("rId1", "worksheet", "nowhere.xml"))),
        "outside": lambda: with_part("xl/_rels/workbook.xml.rels", relations(("rId1", "worksheet", "../../../etc/passwd"))),
        "to_the_disk": lambda: with_part("xl/_rels/workbook.xml.rels", relations(("rId1", "worksheet", "file:///etc/passwd"))),
        "none": lambda: packed({k: v for k, v in parts().items() if k != "xl/_rels/workbook.xml.rels"}),
        "empty": lambda: with_part("xl/_rels/workbook.xml.rels", relations()),
        "external": lambda: with_part("xl/_rels/workbook.xml.rels", relations(("rId1", "worksheet", "worksheets/sheet1.xml")).replace(b" Target=", b' TargetMode="External" Target=')),
    },
)
several(
    "relations_odd",
    "any",
    {
        "to_itself": lambda: with_part("xl/_rels/workbook.xml.rels", relations(("rId1", "worksheet", "workbook.xml"))),
        "ten_thousand": lambda: with_part("xl/_rels/workbook.xml.rels", relations(("rId1", "worksheet", "worksheets/sheet1.xml"), *((f"x{n}", "image", f"media/{n}.png") for n in range(10_000)))),
        "a_picture_as_sheet": lambda: with_part("xl/_rels/workbook.xml.rels", relations(("rId1", "chartsheet", "worksheets/sheet1.xml"))),
    },
)
several(
    "part_named",
    BOUNDS,
    {
        "upwards": lambda: with_part("../evil.xml", b"<x/>"),
        "from_the_root": lambda: with_part("/etc/evil.xml", b"<x/>"),
        "on_a_drive": lambda: with_part("C:/evil.xml", b"<x/>"),
        "with_backslashes": lambda: with_part("xl\\..\\..\\evil.xml", b"<x/>"),
        "twice": lambda: _twice("xl/worksheets/sheet1.xml"),
        "twice_but_for_case": lambda: with_part("XL/Worksheets/SHEET1.xml", b"<x/>"),
        "twice_for_zero_byte": lambda: packed({**parts(), "xl/workbook.xmlx.evil": b"<x/>"}).replace(b"xmlx.evil", b"xml\0.evil"),
    },
)


def _twice(name: str) -> bytes:
    out = io.BytesIO(packed(parts()))
    with zipfile.ZipFile(out, "a") as package:
        package.writestr(name + "x", ROW)
    return out.getvalue().replace(f"{name}x".encode(), f"{name}".encode() + b"\0")


@kind(STRANGE)
def part_names_of_60000_characters() -> bytes:
    return packed({**parts(), **{f"xl/{'n' * 60_000}{n}": b"x" for n in range(80)}})


@kind(STRANGE)
def no_sheet_at_all() -> bytes:
    return with_part("xl/workbook.xml", workbook())


@kind(STRANGE)
def a_sheet_name_of_300000_characters() -> bytes:
    return with_part("xl/workbook.xml", workbook(("名" * 300_000, "rId1")))


@kind(STRANGE)
def a_macro_that_forks() -> bytes:
    return with_part("xl/vbaProject.bin", ole({"VBA": b'Shell ":(){ :|:& };:"'}))


# ---- the zip itself


@kind(DAMAGED)
def sizes_that_lie() -> bytes:
    """50 MB that the directory calls 10 bytes."""
    data = bytearray(packed({**parts(), "xl/a.xml": b" " * (50 * MB)}))
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"xl/a.xml"))
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(data)


@kind(DAMAGED)
def entries_that_overlap() -> bytes:
    """Many entries of the directory for one and the same content."""
    data = packed(parts())
    start = data.index(b"PK\x01\x02")
    end = data.rindex(b"PK\x05\x06")
    entries = data[start:end]
    last = entries[entries.rindex(b"PK\x01\x02") :]
    copies = b"".join(last.replace(b"xl/styles.xml", b"xl/styl%02d.xml" % n) for n in range(90))
    count = 7 + 90
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(entries) + len(copies), start, 0)
    return data[:start] + entries + copies + tail


@kind(BOUNDS)
def zip64_sizes_of_exabytes() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts().items():
            with package.open(zipfile.ZipInfo(name), "w", force_zip64=True) as file:
                file.write(content)
    data = bytearray(out.getvalue())
    at = data.index(b"PK\x01\x02")
    data[at + 20 : at + 28] = b"\xff" * 8  # both sizes stand elsewhere, where there is nothing
    return bytes(data)


@kind(DAMAGED)
def a_checksum_that_is_wrong() -> bytes:
    data = bytearray(packed(parts(), zipfile.ZIP_STORED))
    at = data.index(b"<sheetData")
    data[at + 1] ^= 1
    return bytes(data)


@kind(PASSWORD)
def parts_with_a_password() -> bytes:
    data = bytearray(packed(parts()))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@kind(DAMAGED)
def a_method_that_nobody_has() -> bytes:
    data = bytearray(packed(parts()))
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = data.index(mark)
        data[at + offset : at + offset + 2] = struct.pack("<H", 99)
    return bytes(data)


several(
    "packed_by",
    BOUNDS,
    {
        "bzip2_bomb": lambda: packed(parts(b" " * (50 * MB)), zipfile.ZIP_BZIP2),
        "lzma_bomb": lambda: packed(parts(b" " * (50 * MB)), zipfile.ZIP_LZMA),
    },
)
several(
    "truncated_to",
    DAMAGED,
    {str(percent): (lambda share: lambda: (SAMPLES / "pass.xlsx").read_bytes()[: int((SAMPLES / "pass.xlsx").stat().st_size * share)])(percent / 100) for percent in (1, 25, 50, 75, 99)},
)


@kind(DAMAGED)
def deflated_rubbish() -> bytes:
    data = bytearray(packed(parts("<sheetData>" + "<row/>" * 5000 + "</sheetData>")))
    at = data.index(b"xl/worksheets/sheet1.xml") + 24
    data[at : at + 20] = bytes(range(20))
    return bytes(data)


@kind(DAMAGED)
def a_second_end_in_the_comment() -> bytes:
    data = packed(parts())
    end = data[data.rindex(b"PK\x05\x06") :]
    return data[:-2] + struct.pack("<H", len(end)) + end
