"""Serves one private LibreOffice: JSON job lines in on stdin, JSON answers out on stdout.

Run by the interpreter that has ``uno`` (on Debian the system's), not by the project's: it imports nothing of ours.

    server_script.py SOFFICE PROFILE_DIR

Its owner (``tests.office.Office``) makes the profile for it alone, and removes what it could not.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.table import CellAddress

START_SECONDS = 120
# Of com.sun.star.sheet: FormulaResult.ERROR; CellFlags.FORMULA; all CellFlags of content (numbers to formulas).
RESULT_ERROR = 4
FLAG_FORMULA = 16
FLAGS_CONTENT = 1 | 2 | 4 | 16
ERROR_NAMES = {
    32767: "#N/A", 503: "#NUM!", 519: "#VALUE!", 521: "#NULL!", 524: "#REF!", 525: "#NAME?", 532: "#DIV/0!",
}  # fmt: skip

REMOTE = []  # the office's context, once it runs

# Recalculate whatever is loaded (0 = always), leave no lock files; the locale brings Chinese fonts and A4.
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
 <prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
 <prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc">
 <prop oor:name="UseLocking" oor:op="fuse"><value>false</value></prop>
 <prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N">
 <prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>zh-CN</value></prop></item>
</oor:items>
"""


def prop(name, value):
    result = PropertyValue()
    result.Name = name
    result.Value = value
    return result


def url(path):
    return uno.systemPathToFileUrl(os.path.abspath(str(path)))


def column_name(index):
    """Letters of the column with this index (from 0)."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(column):
    """Index (from 0) of a column given as letters or as a number from 1."""
    if isinstance(column, int):
        return column - 1
    index = 0
    for letter in column.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


# ---- starting -------------------------------------------------------------------------------------------------------


def start(soffice, profile):
    """Start soffice on its own profile; returns the process and its desktop. The pipe is named after the profile."""
    user = profile / "user"
    user.mkdir(parents=True, exist_ok=True)
    (user / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
    pipe = f"pipe,name={profile.name};urp;StarOffice.ComponentContext"
    command = [
        soffice, "--headless", "--invisible", "--norestore", "--nologo", "--nodefault", "--nolockcheck",
        f"-env:UserInstallation={url(profile)}", f"--accept={pipe}",
    ]  # fmt: skip
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            REMOTE.append(resolver.resolve(f"uno:{pipe}"))
            return process, service("com.sun.star.frame.Desktop")
        except NoConnectException:
            if process.poll() is not None or time.monotonic() > give_up:
                raise
            time.sleep(0.1)


def die_with_parent(parent, profile):
    """End the whole process group if the process that asked for us is killed, even in the middle of a job."""
    while os.getppid() == parent:
        time.sleep(2)
    shutil.rmtree(str(profile), ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


# ---- what a user does -----------------------------------------------------------------------------------------------


def move_lines(sheet, op, lines, rows):
    """Cut lines (rows or columns) and insert them before another: make room, move, remove what was emptied."""
    number = int if rows else column_index
    offset = -1 if rows else 0
    at, before, count = number(op["at"]) + offset, number(op["before"]) + offset, op.get("count", 1)
    if at <= before <= at + count:
        return
    lines.insertByIndex(before, count)
    if before < at:
        at += count
    source = sheet.getRangeAddress()
    target = CellAddress()
    target.Sheet = source.Sheet
    if rows:
        source.StartRow, source.EndRow = at, at + count - 1
        target.Row, target.Column = before, 0
    else:
        source.StartColumn, source.EndColumn = at, at + count - 1
        target.Row, target.Column = 0, before
    sheet.moveRange(target, source)
    lines.removeByIndex(at, count)


def service(name):
    """A service of the office."""
    return REMOTE[0].ServiceManager.createInstanceWithContext(name, REMOTE[0])


def described(prefix):
    """What the function wizard shows of the functions whose names begin so."""
    found = {}
    functions = service("com.sun.star.sheet.FunctionDescriptions")
    for index in range(functions.getCount()):
        about = {each.Name: each.Value for each in functions.getByIndex(index)}
        if about["Name"].startswith(prefix):
            args = [[arg.Name, arg.Description, arg.IsOptional] for arg in about["Arguments"]]
            found[about["Name"]] = {"description": about["Description"], "args": args}
    return found


def apply(doc, op):
    name = op["op"]
    sheet = doc.Sheets.getByName(op["sheet"])
    if sheet.isProtected():
        sheet.unprotect("")
    if name in ("insert_rows", "delete_rows"):
        change = sheet.Rows.insertByIndex if name == "insert_rows" else sheet.Rows.removeByIndex
        change(op["at"] - 1, op.get("count", 1))
    elif name in ("insert_columns", "delete_columns"):
        change = sheet.Columns.insertByIndex if name == "insert_columns" else sheet.Columns.removeByIndex
        change(column_index(op["at"]), op.get("count", 1))
    elif name == "move_rows":
        move_lines(sheet, op, sheet.Rows, True)
    elif name == "move_columns":
        move_lines(sheet, op, sheet.Columns, False)
    elif name in ("move_range", "copy_range"):
        target = sheet.getCellRangeByName(op["target"]).getCellByPosition(0, 0).getCellAddress()
        source = sheet.getCellRangeByName(op["source"]).getRangeAddress()
        (sheet.moveRange if name == "move_range" else sheet.copyRange)(target, source)
    elif name == "set_value":
        sheet.getCellRangeByName(op["cell"]).getCellByPosition(0, 0).setValue(float(op["number"]))
    elif name == "set_text":
        sheet.getCellRangeByName(op["cell"]).getCellByPosition(0, 0).setString(op["text"])
    elif name == "set_formula":
        sheet.getCellRangeByName(op["cell"]).getCellByPosition(0, 0).setFormula(op["formula"])
    elif name == "set_array_formula":
        sheet.getCellRangeByName(op["cell"]).setArrayFormula(op["formula"])
    elif name == "settle":
        service("com.sun.star.awt.Toolkit").processEventsToIdle()
    elif name == "undo":
        doc.UndoManager.undo()
    elif name == "clear":
        sheet.getCellRangeByName(op["cell"]).clearContents(FLAGS_CONTENT)
    else:
        raise ValueError(f"unknown op {name!r}")


# ---- reading --------------------------------------------------------------------------------------------------------


def cells_of(ranges):
    """(row, column) from 0 of every cell in a set of ranges."""
    for area in ranges.getRangeAddresses():
        for row in range(area.StartRow, area.EndRow + 1):
            for column in range(area.StartColumn, area.EndColumn + 1):
                yield row, column


def dump(sheet, with_formulas):
    """Values (and formulas) of the used range by A1 name, in a handful of bulk calls."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.getRangeAddress()
    area = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
    formula_cells = set(cells_of(area.queryContentCells(FLAG_FORMULA)))
    letters = [column_name(index) for index in range(end.EndColumn + 1)]
    values = {}
    for row, line in enumerate(area.getDataArray()):
        for column, value in enumerate(line):
            if value != "" or (row, column) in formula_cells:
                values[f"{letters[column]}{row + 1}"] = value
    for row, column in cells_of(area.queryFormulaCells(RESULT_ERROR)):
        code = area.getCellByPosition(column, row).getError()
        values[f"{letters[column]}{row + 1}"] = {"error": ERROR_NAMES.get(code, f"Err:{code}")}
    formulas = {}
    if with_formulas:
        for row, line in enumerate(area.getFormulaArray()):
            for column, formula in enumerate(line):
                if (row, column) in formula_cells:
                    formulas[f"{letters[column]}{row + 1}"] = formula
    return values, formulas


def export_pdf(doc, path, one_page_a_sheet):
    options = uno.Any("[]com.sun.star.beans.PropertyValue", (prop("SinglePageSheets", bool(one_page_a_sheet)),))
    doc.storeToURL(url(path), (prop("FilterName", "calc_pdf_Export"), prop("FilterData", options)))


def written(doc):
    """What a text document holds: its tables by size, its charts by what they say, its headings by level."""
    charts = []
    for name in doc.EmbeddedObjects.ElementNames:
        model = doc.EmbeddedObjects.getByName(name).getEmbeddedObject()
        data = model.getData()
        charts.append(
            {
                "title": model.getTitle().String if model.HasMainTitle else "",
                "rows": list(data.getRowDescriptions()),
                "columns": list(data.getColumnDescriptions()),
                "data": [list(line) for line in data.getData()],
            }
        )
    tables = [doc.TextTables.getByIndex(index) for index in range(doc.TextTables.Count)]
    headings = []
    paragraphs = doc.Text.createEnumeration()
    while paragraphs.hasMoreElements():
        each = paragraphs.nextElement()
        if each.supportsService("com.sun.star.text.Paragraph") and each.OutlineLevel:
            headings.append([each.OutlineLevel, each.ListLabelString, each.String])
    return {
        "charts": charts,
        "tables": [
            {"rows": table.Rows.Count, "repeats": table.RepeatHeadline, "width": table.RelativeWidth} for table in tables
        ],
        "headings": headings,
    }


def run(desktop, job, scratch):
    """Do one job on a copy of its file, so that the original is never open in the office."""
    folder = Path(tempfile.mkdtemp(dir=str(scratch)))
    doc = None
    try:
        copy = folder / Path(job["open"]).name
        shutil.copyfile(job["open"], str(copy))
        doc = desktop.loadComponentFromURL(
            url(copy), "_blank", 0, (prop("Hidden", True), prop("MacroExecutionMode", 0), prop("UpdateDocMode", 0))
        )
        if job.get("text"):
            if doc is None or not doc.supportsService("com.sun.star.text.TextDocument"):
                raise ValueError("not a text document that LibreOffice can open")
            if job.get("pdf"):
                doc.storeToURL(url(job["pdf"]), (prop("FilterName", "writer_pdf_Export"),))
            return written(doc)
        if doc is None or not doc.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            raise ValueError("not a workbook that LibreOffice can open")
        for op in job.get("ops") or ():
            apply(doc, op)
        doc.calculateAll()
        names = list(doc.Sheets.getElementNames())
        answer = {"sheets": names, "values": {}, "formulas": {}}
        wanted = job.get("dump")
        for name in names if wanted is None else wanted:
            values, formulas = dump(doc.Sheets.getByName(name), job.get("dump_formulas"))
            answer["values"][name] = values
            if job.get("dump_formulas"):
                answer["formulas"][name] = formulas
        if job.get("describe"):
            answer["functions"] = described(job["describe"])
        if job.get("pdf"):
            export_pdf(doc, job["pdf"], job.get("pdf_one_page_a_sheet"))
        if job.get("save_xlsx"):
            doc.storeToURL(url(job["save_xlsx"]), (prop("FilterName", "Calc MS Excel 2007 XML"),))
        return answer
    finally:
        if doc is not None:
            doc.close(True)
        shutil.rmtree(str(folder), ignore_errors=True)


def main():
    soffice, profile = sys.argv[1], Path(sys.argv[2])
    threading.Thread(target=die_with_parent, args=(os.getppid(), profile), daemon=True).start()
    process, desktop = start(soffice, profile)

    def answer(message):
        sys.stdout.write(json.dumps(message, ensure_ascii=True) + "\n")
        sys.stdout.flush()

    answer({"ready": True})
    for line in sys.stdin:
        try:
            answer({"ok": True, **run(desktop, json.loads(line), profile)})
        except Exception as problem:  # the one boundary: whatever goes wrong with a job is its answer
            answer({"ok": False, "error": f"{type(problem).__name__}: {getattr(problem, 'Message', '') or problem}"})
        if process.poll() is not None:
            return 1
    try:
        desktop.terminate()
        process.wait(10)
    except (uno.RuntimeException, subprocess.TimeoutExpired):
        return 1  # the owner kills the process group and removes the profile
    shutil.rmtree(str(profile), ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
