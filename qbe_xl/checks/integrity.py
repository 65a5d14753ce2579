"""Integrity of a submission: what the workbook shows beside its figures. Facts with their places, and how to mend them;
what anyone meant by it is not for a program to say. 提交材料的完整性：只陈述事实。"""

from __future__ import annotations

from collections.abc import Iterator

from qbe_xl.checks.registry import check_package
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.county import County
from qbe_xl.county.package import Package
from qbe_xl.safety.noted import Noted
from qbe_xl.standards import Edition

_COUNTY_FORM = "qbe-county-1"


def _each(package: Package, kind: str) -> Iterator[Noted]:
    return (note for note in package.noted if note.kind == kind)


def listed(texts: tuple[str, ...], total: int) -> str:
    """The first texts, and an ellipsis where there are more."""
    return "、".join(texts) + ("…" if total > len(texts) else "")


def _whole(code: str, package: Package, kind: str) -> Iterator[Finding]:
    """Facts of a whole workbook, one finding a file: their number, and the first of them."""
    for note in _each(package, kind):
        cells = note.cells
        yield Finding(
            code,
            note.sheet,
            cells[0] if cells else None,
            args={"count": note.total, "list": listed(note.details, note.total)},
            file=note.file,
            also=cells[1:],
        )


def _cells(code: str, package: Package, kind: str) -> Iterator[Finding]:
    """Facts of a sheet, one finding a sheet: the first places, and how many there are."""
    for note in _each(package, kind):
        args = {"count": note.total, "cells": listed(note.cells, note.total)}
        yield Finding(code, note.sheet, note.cells[0], None, args, note.file, note.cells[1:])


# ---- the template


@check_package("QBE-INT-001")
def no_template_mark(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """县级表没有模板标记，无法与模板比对。 A county form that does not bear the template's mark."""
    if package.form == _COUNTY_FORM and not package.marked and county.schools:
        yield Finding("QBE-INT-001")


@check_package("QBE-INT-007")
def unprotected(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """模板的工作表保护已取消。 Sheets that the template protects are not protected."""
    if not package.marked or package.form != _COUNTY_FORM:
        return
    files: dict[str | None, list[str]] = {}
    for note in _each(package, "unprotected"):
        files.setdefault(note.file, []).append(note.sheet or "")
    for file, sheets in files.items():
        yield Finding("QBE-INT-007", sheets[0], args={"list": listed(tuple(sheets[:5]), len(sheets))}, file=file)


# ---- what cannot be seen


@check_package("QBE-INT-008")
def hidden_rows(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """填报表中有隐藏行且行中有数据。 Hidden rows that hold values."""
    yield from _cells("QBE-INT-008", package, "hidden_rows")


@check_package("QBE-INT-009")
def hidden_columns(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """填报表中有隐藏列且列中有数据。 Hidden columns that hold values."""
    yield from _cells("QBE-INT-009", package, "hidden_columns")


@check_package("QBE-INT-010")
def hidden_sheets(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """有隐藏的工作表。 Hidden sheets with content."""
    yield from _whole("QBE-INT-010", package, "hidden_sheets")


@check_package("QBE-INT-011")
def very_hidden_sheets(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """有菜单里看不到的深度隐藏工作表。 Very hidden sheets, which no menu shows."""
    yield from _whole("QBE-INT-011", package, "very_hidden_sheets")


@check_package("QBE-INT-012")
def same_colour(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """字色与底色相同。 Values in the colour of their background."""
    yield from _cells("QBE-INT-012", package, "same_colour")


@check_package("QBE-INT-013")
def empty_format(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """数字格式使数值不显示。 Values that their number format hides."""
    yield from _cells("QBE-INT-013", package, "empty_format")


@check_package("QBE-INT-014")
def outside_form(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """填报栏右侧另有内容。 Values beside the form's columns."""
    yield from _cells("QBE-INT-014", package, "outside_form")


# ---- what leads out of the workbook, or runs


@check_package("QBE-INT-015")
def external_links(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """链接到其他工作簿。 Links to other workbooks."""
    yield from _whole("QBE-INT-015", package, "external_links")


@check_package("QBE-INT-016")
def dde(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """动态数据交换（DDE）链接。 DDE links."""
    yield from _whole("QBE-INT-016", package, "dde")


@check_package("QBE-INT-017")
def macros(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """含有 VBA 宏。 A VBA project."""
    for note in _each(package, "macros"):
        yield Finding("QBE-INT-017", file=note.file)


@check_package("QBE-INT-018")
def macro_sheets(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """含有宏表或对话框表。 Macro sheets of Excel 4, or dialog sheets."""
    yield from _whole("QBE-INT-018", package, "macro_sheets")


@check_package("QBE-INT-019")
def connections(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """含有数据连接或查询。 Data connections or queries."""
    yield from _whole("QBE-INT-019", package, "connections")


@check_package("QBE-INT-020")
def embedded(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """含有嵌入对象或控件。 Embedded objects or controls."""
    yield from _whole("QBE-INT-020", package, "embedded")


@check_package("QBE-INT-021")
def outside_names(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """定义的名称指向工作簿之外。 Defined names that lead out of the workbook."""
    yield from _whole("QBE-INT-021", package, "outside_names")


@check_package("QBE-INT-022")
def passwords(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """工作表或工作簿结构设有保护密码。 A password guards sheets or the workbook's structure."""
    files: dict[str | None, list[Noted]] = {}
    for kind in ("workbook_password", "sheet_password"):
        for note in _each(package, kind):
            files.setdefault(note.file, []).append(note)
    for file, notes in files.items():
        sheets = tuple(note.sheet for note in notes if note.sheet)
        names = listed(sheets[:5], len(sheets))
        what = Text(names, names) if names else Text("工作簿结构", "the workbook's structure")
        yield Finding("QBE-INT-022", sheets[0] if sheets else None, args={"list": what}, file=file)


@check_package("QBE-INT-023")
def not_looked_into(package: Package, county: County, edition: Edition) -> Iterator[Finding]:
    """有工作表无法检查。 Sheets that could not be looked into."""
    for note in _each(package, "not_looked_into"):
        yield Finding("QBE-INT-023", note.sheet, args={"list": note.sheet or "—"}, file=note.file)
    if package.live is not None:
        for sheet in package.live.damaged:
            yield Finding("QBE-INT-023", sheet, args={"list": sheet})
