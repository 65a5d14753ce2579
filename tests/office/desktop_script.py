"""Serves one LibreOffice with real windows: JSON requests in on stdin, JSON answers out on stdout.

Run by the interpreter that has ``uno``, like ``server_script.py`` beside it, from which it takes the small things.

    desktop_script.py SOFFICE PROFILE_DIR

It only looks and opens: whatever a user does is done by pointer and keyboard, from outside. The one exception is
``dispatch``, a command as a script gives it.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import uno
from com.sun.star.connection import NoConnectException
from com.sun.star.uno import Exception as UnoException
from com.sun.star.uno import RuntimeException

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from server_script import die_with_parent, prop, url

START_SECONDS = 150
SHOWING = 25  # of com.sun.star.accessibility.AccessibleStateType
ENABLED = 7
MANY = 300  # a sheet has millions of children
# the roles that can be asked for, by the names of com.sun.star.accessibility.AccessibleRole
ROLES = ("ALERT", "DIALOG", "LABEL", "MENU", "MENU_ITEM", "PUSH_BUTTON", "STATIC", "TOOL_BAR")
CALC = "com.sun.star.sheet.SpreadsheetDocument"

# Chinese menus; formulas computed at once, so that a value cannot change later; no lock files, no tips and no news on top of the document.
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Linguistic/General">
 <prop oor:name="UILocale" oor:op="fuse"><value>@UI@</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N">
 <prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>zh-CN</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
 <prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/Product">
 <prop oor:name="ooSetupLastVersion" oor:op="fuse"><value>99.9</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc">
 <prop oor:name="UseLocking" oor:op="fuse"><value>false</value></prop>
 <prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop>
 <prop oor:name="ShowTipOfTheDay" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Recovery/AutoSave">
 <prop oor:name="Enabled" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""


class Windows:
    """The office, and what its windows show."""

    def __init__(self, soffice, profile):
        user = profile / "user"
        user.mkdir(parents=True, exist_ok=True)
        language = os.environ.get("QBE_DESKTOP_UI", "zh-CN")
        (user / "registrymodifications.xcu").write_text(SETTINGS.replace("@UI@", language), encoding="utf-8")
        pipe = f"pipe,name={profile.name};urp;StarOffice.ComponentContext"
        command = [
            soffice, "--norestore", "--nologo", "--nodefault", "--nolockcheck", f"-env:UserInstallation={url(profile)}",
            f"--accept={pipe}",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr)
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        give_up = time.monotonic() + START_SECONDS
        while True:
            try:
                self.context = resolver.resolve(f"uno:{pipe}")
                break
            except NoConnectException:
                if self.process.poll() is not None or time.monotonic() > give_up:
                    raise
                time.sleep(0.1)
        self.desktop, self.toolkit = self.make("com.sun.star.frame.Desktop"), self.make("com.sun.star.awt.Toolkit")
        self.roles = {
            uno.getConstantByName(f"com.sun.star.accessibility.AccessibleRole.{name}"): name for name in ROLES
        }

    def make(self, name):
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def documents(self):
        every = self.desktop.Components.createEnumeration()
        found = []
        while every.hasMoreElements():
            document = every.nextElement()
            if document.supportsService(CALC):
                found.append(document)
        return found

    def document(self):
        """The one that is open."""
        (only,) = self.documents()
        return only

    # ---- requests ----

    def open(self, job):
        self.desktop.loadComponentFromURL(url(job["path"]), "_blank", 0, (prop("MacroExecutionMode", 0),))
        return {"sheets": list(self.document().Sheets.ElementNames)}

    def open_blank(self, _job):
        """A second window, an empty text, behind the first."""
        text = self.desktop.loadComponentFromURL("private:factory/swriter", "_blank", 0, ())
        self.document().CurrentController.Frame.ContainerWindow.toFront()
        return {"title": text.Title}

    def close(self, _job):
        """Every document, unsaved."""
        every = self.desktop.Components.createEnumeration()
        while every.hasMoreElements():
            document = every.nextElement()
            if hasattr(document, "close"):
                document.setModified(False)
                document.close(True)
        return {}

    def close_attempt(self, _job):
        """Ask the document to close, as another program may; tells what it said."""
        try:
            self.document().close(False)
        except uno.getClass("com.sun.star.util.CloseVetoException"):
            return {"closed": False}
        return {"closed": True}

    def find(self, job):
        """What is on show with this role and a name with this text in it: where it is on the screen.

        Only in the newest window that has any, unless `everywhere`: while a macro runs, every question takes its time.
        """
        found = []
        for number in range(self.toolkit.getTopWindowCount()):
            with contextlib.suppress(UnoException, AttributeError):  # it may go while we look
                window = self.toolkit.getTopWindow(number).AccessibleContext
                self._collect(window, job.get("role"), job.get("text", ""), found, 0)
            if found and not job.get("everywhere"):
                break
        return {"found": found}

    def _collect(self, node, role, text, found, depth):
        if node is None or depth > 25:
            return
        states = node.getAccessibleStateSet()
        if states is None or not states.contains(SHOWING):
            return
        name = self.roles.get(node.getAccessibleRole(), "")
        if (role is None or name == role) and text in node.getAccessibleName() and (role or name):
            place, size = node.getLocationOnScreen(), node.getSize()
            found.append({
                "role": name, "name": node.getAccessibleName(), "left": place.X, "top": place.Y, "width": size.Width,
                "height": size.Height, "enabled": bool(states.contains(ENABLED)),
            })  # fmt: skip
        count = node.getAccessibleChildCount()
        if count > MANY:
            return
        for number in range(count):
            with contextlib.suppress(UnoException):
                child = node.getAccessibleChild(number)
                if child is not None:
                    self._collect(child.getAccessibleContext(), role, text, found, depth + 1)

    def state(self, _job):
        """What a user sees of the document besides its cells."""
        document = self.document()
        undo = document.UndoManager
        return {
            "sheets": list(document.Sheets.ElementNames),
            "active": document.CurrentController.ActiveSheet.Name,
            "modified": document.isModified(),
            "undo": list(undo.getAllUndoActionTitles()),
            "redo": list(undo.getAllRedoActionTitles()),
        }

    def cells(self, _job):
        """Every sheet: values, formulas, formats by the ranges that have them, notes, widths."""
        return {"sheets": {sheet.Name: self._sheet(sheet) for sheet in self.document().Sheets}}

    def _sheet(self, sheet):
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.getRangeAddress()
        area = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
        formats = []
        groups = area.getUniqueCellFormatRanges()
        for number in range(groups.Count):
            group = groups.getByIndex(number)
            formats.append([
                group.RangeAddressesAsString, group.CellBackColor, group.CharColor, group.CharWeight, group.NumberFormat,
                group.IsTextWrapped,
            ])  # fmt: skip
        notes = sheet.getAnnotations()
        texts = {}
        for number in range(notes.Count):
            note = notes.getByIndex(number)
            texts[f"{note.Position.Column},{note.Position.Row}"] = note.getString()
        return {
            "values": [[cell if cell == cell else "error" for cell in row] for row in area.getDataArray()],
            "formulas": area.getFormulaArray(),
            "formats": sorted(formats, key=str),
            "notes": texts,
            "widths": [area.Columns.getByIndex(number).Width for number in range(end.EndColumn + 1)],
        }

    def dispatch(self, job):
        """A command with arguments, as a script gives it; waits for its end."""
        helper = self.make("com.sun.star.frame.DispatchHelper")
        arguments = tuple(prop(name, value) for name, value in job.get("arguments", {}).items())
        frame = self.document().CurrentController.Frame
        result = helper.executeDispatch(frame, job["url"], "", 0, arguments)
        if result is None or not hasattr(result, "State"):
            return {"state": None, "result": None}
        return {"state": result.State, "result": result.Result}

    def undo_limit(self, _job):
        """How many steps the user's settings keep."""
        provider = self.make("com.sun.star.configuration.ConfigurationProvider")
        node = prop("nodepath", "/org.openoffice.Office.Common/Undo")
        access = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationAccess", (node,))
        return {"steps": access.getByName("Steps")}

    def save(self, job):
        self.document().storeToURL(url(job["path"]), (prop("FilterName", "Calc MS Excel 2007 XML"),))
        return {}


def main():
    soffice, profile = sys.argv[1], Path(sys.argv[2])
    threading.Thread(target=die_with_parent, args=(os.getppid(), profile), daemon=True).start()
    windows = Windows(soffice, profile)

    def answer(message):
        sys.stdout.write(json.dumps(message, ensure_ascii=True) + "\n")
        sys.stdout.flush()

    answer({"ready": True})
    for line in sys.stdin:
        job = json.loads(line)
        try:
            answer({"ok": True, **getattr(windows, job["do"])(job)})
        except Exception as problem:  # the one boundary: whatever goes wrong with a request is its answer
            answer({"ok": False, "error": f"{type(problem).__name__}: {getattr(problem, 'Message', '') or problem}"})
        if windows.process.poll() is not None:
            return 1
    with contextlib.suppress(RuntimeException, subprocess.TimeoutExpired):
        windows.close({})
        windows.desktop.terminate()
        windows.process.wait(10)
    shutil.rmtree(str(profile), ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
