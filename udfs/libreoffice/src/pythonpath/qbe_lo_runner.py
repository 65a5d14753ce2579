"""Runs a macro of qbe_xl on the document of a window: one undo step, taken back where it fails or is stopped.

One run at a time in the whole office. What is heavy, qbe_xl itself too, is imported by the first run.
"""

import contextlib
import os
import time
import traceback

import qbe_lo_commands as commands
import qbe_lo_site
import uno
import unohelper
from com.sun.star.beans import PropertyValue
from com.sun.star.document import XUndoManagerListener
from com.sun.star.frame import FeatureStateEvent
from com.sun.star.lang import IllegalArgumentException
from com.sun.star.uno import RuntimeException
from qbe_lo_shield import Shield

CALC = "com.sun.star.sheet.SpreadsheetDocument"
WORDS = {
    "zh": {
        "busy": "正在运行，请等它结束或先停止。",
        "no workbook": "请先打开一个工作簿。",
        "closed": "工作簿在运行中被关闭，运行已中断。",
        "failed": "没有完成，工作簿未改动。\n{problem}\n日志：{log}",
    },
    "en": {
        "busy": "A run is under way: wait for its end, or stop it first.",
        "no workbook": "Open a workbook first.",
        "closed": "The workbook was closed during the run, which ended there.",
        "failed": "Not finished; the workbook is unchanged.\n{problem}\nLog: {log}",
    },
}
# of com.sun.star.awt: the buttons of a message box, and what it answers
BUTTONS = {"ok": 1, "ok_cancel": 2, "yes_no": 3, "yes_no_cancel": 4}
ANSWERS = {0: "cancel", 1: "ok", 2: "yes", 3: "no"}
KINDS = {"info": "INFOBOX", "critical": "ERRORBOX"}


class _State:
    running = False
    stopping = False
    listeners = []  # noqa: RUF012  # (listener, url) of every menu entry and button on show


# ---- what menu and toolbar ask --------------------------------------------------------------------------------------


def enabled(url):
    """Whether an entry can be chosen now: Stop during a run, everything else outside."""
    is_stop = url.Complete == commands.known()["protocol"] + commands.known()["stop"]
    return _State.running == is_stop


def listen(listener, url):
    _State.listeners.append((listener, url))


def unlisten(listener, url):
    _State.listeners[:] = [
        each for each in _State.listeners if not (each[0] == listener and each[1].Complete == url.Complete)
    ]


def stop():
    """Ask the run to end; without one nothing happens."""
    _State.stopping = _State.running


def stopping():
    """Whether the run has been asked to end."""
    return _State.stopping


def _set_running(running):
    _State.running, _State.stopping = running, False
    for listener, url in list(_State.listeners):
        try:
            listener.statusChanged(FeatureStateEvent(None, url, "", enabled(url), False, None))
        except RuntimeException:  # its window is gone
            unlisten(listener, url)


# ---- a run ----------------------------------------------------------------------------------------------------------


def run(context, frame, name, argument, quiet=False):
    """Run a macro; returns (whether it did its work, what the user was told). quiet: no message boxes."""
    lang = office_language(context)
    words = WORDS[lang]
    if _State.running:
        return False, words["busy"]
    document = getattr(getattr(frame, "Controller", None), "Model", None)
    if document is None or not document.supportsService(CALC):
        return False, words["no workbook"]
    return _Run(context, frame, document, name, lang).go(argument, quiet)


class _Run:
    def __init__(self, context, frame, document, name, lang):
        self.context, self.frame, self.document, self.name, self.lang = context, frame, document, name, lang
        self.title = commands.title(name, lang)
        self.waiting = []  # what to show when the windows are alive again: (text, title, kind)

    def go(self, argument, quiet):
        began, good, code, text = time.monotonic(), False, None, ""
        shield = None
        _set_running(True)
        try:
            toolbar = commands.known()["toolbar"]
            shield = Shield(self.context, self.frame, self.document, self.title, self.lang, stop, stopping, toolbar)
            with shield:
                good, code, text = self._step(argument, quiet, shield)
        except Exception as problem:  # the one boundary: whatever happened, the office goes on
            self._log(traceback.format_exc())
            if is_alive(self.document):
                text = WORDS[self.lang]["failed"].format(problem=_said(problem), log=self._log_path())
            else:
                text = WORDS[self.lang]["closed"]
            good, code, self.waiting = False, "failed", []
        finally:
            _set_running(False)
            self._log(f"{self.name} {'ok' if good else 'not ok'} {time.monotonic() - began:.2f} s: {text}")
        if shield is not None and shield.close_if_wanted():
            good, code, text, self.waiting = False, None, WORDS[self.lang]["closed"], []
        if not quiet:
            self._tell(good or code is None, text)
        return good, text

    def _step(self, argument, quiet, shield):
        """The macro as one undo step."""
        qbe_lo_site.attach(self.context)
        from qbe_xl.hosts.engines.uno_engine import book_of
        from qbe_xl.hosts.excel import entry

        undo, clean = _UndoStep(self.context, self.document, self.title), not self.document.isModified()
        done, view = False, _View(self.document)
        try:
            book = book_of(self.context, self.document, self.frame, shield.check, self._alert)
            outcome = entry.run(self.name, book, argument, stop=stopping, quiet=quiet, office_lang=self.lang)
            done = outcome.ok
        finally:
            if done:
                undo.leave()
            else:
                undo.take_back()
                view.restore()
                if clean:
                    self.document.setModified(False)
        return outcome.ok, outcome.code, outcome.message

    def _alert(self, prompt, title=None, buttons=None, mode=None, *_):
        """A message waits until the run is over; a question is asked at once. Returns the answer as xlwings has it."""
        kind = KINDS.get(mode or "info", "INFOBOX")
        if (buttons or "ok") == "ok":
            self.waiting.append((str(prompt), title or self.title, kind))
            return "ok"
        number = BUTTONS.get(buttons, BUTTONS["ok_cancel"])
        return ANSWERS.get(self._box(str(prompt), title or self.title, "QUERYBOX", number), "cancel")

    def _tell(self, well, text):
        """What the macro had to say; a run that ended otherwise says so itself. A stop is no error."""
        for prompt, title, kind in self.waiting or [(text, self.title, "ERRORBOX")]:
            self._box(prompt, title, "INFOBOX" if well else kind, BUTTONS["ok"])

    def _box(self, prompt, title, kind, buttons):
        for window in self._windows():
            with contextlib.suppress(RuntimeException):
                box = window.Toolkit.createMessageBox(
                    window, uno.Enum("com.sun.star.awt.MessageBoxType", kind), buttons, title, prompt
                )
                return box.execute()
        self._log(f"no window to show: {prompt}")
        return 0

    def _windows(self):
        """The window of the run; where that is gone, any other."""
        with contextlib.suppress(RuntimeException):
            if self.frame.ContainerWindow is not None:
                yield self.frame.ContainerWindow
        frames = self.context.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.Desktop", self.context
        ).Frames
        for number in range(frames.Count):
            with contextlib.suppress(RuntimeException):
                yield frames.getByIndex(number).ContainerWindow

    def _log(self, text):
        qbe_lo_site.log(self.context, f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}")

    def _log_path(self):
        return os.path.join(qbe_lo_site.user_folder(self.context), qbe_lo_site.LOG)


class _View:
    """Which sheet is in front and what is selected: undoing the insertion of a sheet changes both."""

    def __init__(self, document):
        self.controller = document.CurrentController
        self.sheet, self.selected = self.controller.ActiveSheet, self.controller.getSelection()

    def restore(self):
        self.controller.setActiveSheet(self.sheet)
        with contextlib.suppress(RuntimeException, IllegalArgumentException):
            self.controller.select(self.selected)


class _UndoLimit:
    """Lifts the limit of undo steps until `restore`.

    LibreOffice cuts an open step down to that many actions whenever another sheet comes to the front, so that a step of
    hundreds of actions could only be undone in part.
    """

    NODE, NAME, LIFTED, USUAL = "/org.openoffice.Office.Common/Undo", "Steps", 1_000_000, 100

    def __init__(self, context):
        self.settings = _configuration(context, self.NODE, "ConfigurationUpdateAccess")
        found = self.settings.getByName(self.NAME)
        self.before = self.USUAL if found == self.LIFTED else found  # lifted: an office that was killed in a run
        self._set(self.LIFTED)

    def _set(self, number):
        self.settings.replaceByName(self.NAME, number)
        self.settings.commitChanges()

    def restore(self):
        self._set(self.before)


class _UndoStep(unohelper.Base, XUndoManagerListener):
    """Everything between making it and leaving it is one step of the document's undo list, or none if nothing was
    written."""

    def __init__(self, context, document, title):
        self.manager, self.written = document.UndoManager, False
        self.limit = _UndoLimit(context)
        self.manager.addUndoManagerListener(self)
        self.manager.enterUndoContext(title)

    def leave(self):
        try:
            self.manager.leaveUndoContext()
        finally:
            self.limit.restore()
            self.manager.removeUndoManagerListener(self)

    def take_back(self):
        """Undo what was written, and leave no trace of it to redo."""
        self.leave()
        if self.written:
            self.manager.undo()
            self.manager.clearRedo()

    # an outer context is left last, so its event is the one that counts
    def leftContext(self, _event):
        self.written = True

    def cancelledContext(self, _event):
        self.written = False

    def leftHiddenContext(self, _event):
        pass

    undoActionAdded = actionUndone = actionRedone = allActionsCleared = redoActionsCleared = leftHiddenContext
    resetAll = enteredContext = enteredHiddenContext = disposing = leftHiddenContext


# ---- the office -----------------------------------------------------------------------------------------------------


def office_language(context):
    """zh or en, by the language of LibreOffice's own menus."""
    locale = str(_configuration(context, "/org.openoffice.Setup/L10N").getByName("ooLocale"))
    return "zh" if locale.startswith("zh") else "en"


def _configuration(context, node, access="ConfigurationAccess"):
    """LibreOffice's settings below a node."""
    provider = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.configuration.ConfigurationProvider", context
    )
    path = PropertyValue()
    path.Name, path.Value = "nodepath", node
    return provider.createInstanceWithArguments(f"com.sun.star.configuration.{access}", (path,))


def is_alive(document):
    """Whether the document still is open."""
    try:
        return document.getCurrentController() is not None
    except RuntimeException:
        return False


def _said(problem):
    """One line on what went wrong; errors of the office carry theirs in Message."""
    text = str(getattr(problem, "Message", "") or problem).strip() or type(problem).__name__
    return text.splitlines()[0][:300]
