"""Macros that do what the file `mode` in this site says: succeed, fail, dawdle, or close the document."""

import os
import threading
import time
from pathlib import Path
from types import SimpleNamespace

SITE = Path(__file__).resolve().parents[3]


def run(name, book, argument=None, *, stop=None, quiet=False, office_lang=None):
    mode = (SITE / "mode").read_text(encoding="utf-8").strip()
    (SITE / "asked").write_text(f"{name} {argument} {quiet} {office_lang}", encoding="utf-8")
    own = threading.get_native_id() == os.getpid()
    (SITE / "thread").write_text("the office's own" if own else "another", encoding="utf-8")
    indicator = book.frame.createStatusIndicator()
    indicator.start("评估中……", 100)
    try:
        return globals()[mode](book, stop, quiet, indicator)
    finally:
        indicator.end()


def write(document):
    sheets = document.Sheets
    for number in range(3):  # many actions with changes of the sheet in front: LibreOffice is tempted to forget some
        name = f"评估{number}"
        if sheets.hasByName(name):
            break
        sheets.insertNewByName(name, sheets.Count)
        document.CurrentController.setActiveSheet(sheets.getByName(name))
        for row in range(0, 160, 2):
            sheets.getByName(name).getCellRangeByPosition(0, row, 2, row).merge(True)
    if not sheets.hasByName("评估总览"):
        sheets.insertNewByName("评估总览", sheets.Count)
    sheet = sheets.getByName("评估总览")
    for row in range(5):
        cell = sheet.getCellByPosition(0, row)
        cell.setString(f"第 {row + 1} 行")
        cell.CellBackColor = 0xFFC7CE
    sheet.getAnnotations().insertNew(sheet.getCellByPosition(0, 0).CellAddress, "说明")
    first = sheets.getByIndex(0)
    first.getCellByPosition(1, 2).CellBackColor = 0xFFC7CE
    first.getCellByPosition(1, 2).setString("改过")


def said(book, quiet, ok, message):
    if not quiet:
        book.alert(message, None, "ok", "info" if ok else "critical")
    return SimpleNamespace(ok=ok, code=None if ok else "QBE-XXX-001", message=message)


def writing(book, stop, quiet, indicator):
    write(book.document)
    book.check()
    return said(book, quiet, True, "结论：达标")


def nothing(book, stop, quiet, indicator):
    return said(book, quiet, True, "没有什么可写")


def refusing(book, stop, quiet, indicator):
    write(book.document)
    return said(book, quiet, False, "QBE-XXX-001 写到一半出错")


def raising(book, stop, quiet, indicator):
    write(book.document)
    raise ValueError("deliberate")


def dawdling(book, stop, quiet, indicator):
    """Half of the writing, then a long wait; only a stop ends it early."""
    write(book.document)
    give_up = time.monotonic() + 120
    while time.monotonic() < give_up:
        indicator.setValue(40)
        try:
            book.check()
        except Exception as stopped:  # as the real one does
            if stop():
                return said(book, quiet, False, f"已停止，工作簿未改动（{type(stopped).__name__}）")
            raise
        time.sleep(0.02)
    return said(book, quiet, True, "没有停下来")


def disposing(book, stop, quiet, indicator):
    """Another program takes the document away in the middle."""
    write(book.document)
    book.document.dispose()
    return dawdling(book, stop, True, indicator)
