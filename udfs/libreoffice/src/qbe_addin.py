"""The QBE_* worksheet functions in LibreOffice Calc: for the function wizard and typed formulas, and for Basic.

Names and help come from wizard.json beside this file, written from the registry; the answers come from the package
qbe_xl in the user's environment. Whatever goes wrong is an error in the cell and a line in the log, never a dialog.
"""

import json
import os
import struct
import traceback

import uno
import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.lang import Locale, XServiceInfo, XServiceName
from com.sun.star.sheet import LocalizedName, XAddIn, XCompatibilityNames
from com.sun.star.task import XJob
from org.qbexl import XQbe, XQbeBridge

IMPLEMENTATION = SERVICE = "org.qbexl.QbeAddIn"
BRIDGE, START = "org.qbexl.QbeBridge", "org.qbexl.QbeStart"
ADD_IN = "com.sun.star.sheet.AddIn"
BASIC_MODULE = "QbeUdf"
HERE = os.path.dirname(os.path.abspath(__file__.replace("file://", "") if __file__.startswith("file://") else __file__))

with open(os.path.join(HERE, "wizard.json"), encoding="utf-8") as _file:
    FUNCTIONS = json.load(_file)
METHODS = {each["name"]: method for method, each in FUNCTIONS.items()}
BY_EXTERNAL_NAME = {f"{SERVICE}.{method}": each["name"] for method, each in FUNCTIONS.items()}
WAITING = set()  # documents that the Mender comes back for
WRAPPED = type(uno.getComponentContext())  # any object of the office
FORMULAS = 16  # of com.sun.star.sheet.CellFlags


def error_number(code):
    """The number that Calc shows as its error with this number."""
    return struct.unpack("<d", struct.pack("<Q", (0x7FF80000 << 32) | code))[0]


def compute(context, name, given, document):
    """The answer of a function; #NAME? (for text functions: why) where qbe_xl cannot be used, #VALUE! on any surprise."""
    function = FUNCTIONS[METHODS[name]]
    import qbe_lo_site

    try:
        qbe_lo_site.attach(context)
        from qbe_xl.hosts.libreoffice.cells import call
    except (qbe_lo_site.SiteError, ImportError, OSError) as problem:
        log(context, traceback.format_exc())
        return f"QBE: {problem}" if function["text"] else error_number(525)
    try:
        return call(name, given, document)
    except Exception:  # the one boundary: a formula has an answer, whatever happened
        log(context, traceback.format_exc())
        return error_number(519)


def log(context, text):
    """Append to the add-in's log."""
    import qbe_lo_site

    qbe_lo_site.log(context, text)


def basic_library(context):
    """The user's Standard library; made where the profile is new."""
    libraries = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.script.ApplicationScriptLibraryContainer", context
    )
    if not libraries.hasByName("Standard"):
        libraries.createLibrary("Standard")
    libraries.loadLibrary("Standard")
    return libraries.getByName("Standard")


# ---- the add-in -----------------------------------------------------------------------------------------------------


class QbeAddIn(unohelper.Base, XAddIn, XCompatibilityNames, XServiceName, XServiceInfo, XQbe):
    """What the function wizard lists and typed formulas call; its methods qbe… are made below."""

    def __init__(self, context):
        self.context = context
        self.locale = Locale("zh", "CN", "")

    def _lang(self):
        return "en" if self.locale.Language not in ("zh", "") else "zh"

    def getProgrammaticFuntionName(self, name):  # (the interface spells it so)
        return METHODS.get(name, "")

    def getDisplayFunctionName(self, method):
        return FUNCTIONS[method]["name"] if method in FUNCTIONS else ""

    def getFunctionDescription(self, method):
        return FUNCTIONS[method]["help"][self._lang()] if method in FUNCTIONS else ""

    def _argument(self, method, number):
        # 0 is the hidden document
        args = FUNCTIONS.get(method, {"args": []})["args"]
        return args[number - 1] if 1 <= number <= len(args) else None

    def getDisplayArgumentName(self, method, number):
        found = self._argument(method, number)
        return found["name"] if found else ""

    def getArgumentDescription(self, method, number):
        found = self._argument(method, number)
        return found[self._lang()] if found else ""

    def getProgrammaticCategoryName(self, method):
        return "Add-In"

    def getDisplayCategoryName(self, method):
        return "Add-In"

    def getCompatibilityNames(self, method):
        if method not in FUNCTIONS:
            return ()
        return (LocalizedName(Locale("en", "US", ""), FUNCTIONS[method]["name"]),)

    def setLocale(self, locale):
        self.locale = locale

    def getLocale(self):
        return self.locale

    def getServiceName(self):
        return SERVICE

    def getImplementationName(self):
        return IMPLEMENTATION

    def supportsService(self, name):
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self):
        return (ADD_IN, SERVICE)


def _method(name):
    def method(self, document, *given):
        answer = compute(self.context, name, given, document)
        Mender.call_for(self.context, document)
        if FUNCTIONS[METHODS[name]]["array"] and not isinstance(answer, tuple):
            return ((answer,),)
        return answer

    return method


for _each, _function in FUNCTIONS.items():
    setattr(QbeAddIn, _each, _method(_function["name"]))


# ---- from the add-in to Basic ---------------------------------------------------------------------------------------


class Mender(unohelper.Base, XCallback):
    """Turns calls of the add-in in a document into calls of the Basic functions, right after they were entered.

    LibreOffice hands a blank cell to an add-in as 0, does not call it at all where a cell holds an error, and writes its
    own long name into .xlsx files. The Basic functions see blanks and errors, and keep their names. The wizard knows
    add-ins only. The user sees the same formula before and after.
    """

    def __init__(self, context, document, key):
        self.context, self.document, self.key = context, document, key

    @classmethod
    def call_for(cls, context, document):
        """Come back for this document when the office is idle; once for many formulas."""
        key = getattr(document, "RuntimeUID", None)
        if key is None or key in WAITING:
            return
        WAITING.add(key)
        later = context.ServiceManager.createInstanceWithContext("com.sun.star.awt.AsyncCallback", context)
        later.addCallback(cls(context, document, key), None)

    def notify(self, _data):
        WAITING.discard(self.key)
        try:
            self._mend_unseen()
        except Exception:  # the one boundary: a protected sheet or a closed document stays as it is
            log(self.context, traceback.format_exc())

    def _mend_unseen(self):
        """One undo takes the entry and this together; what was saved stays saved."""
        undo, modified = self.document.UndoManager, self.document.isModified()
        inside, automatic = bool(undo.isUndoPossible()), self.document.isAutomaticCalculationEnabled()
        if inside:
            undo.enterHiddenUndoContext()
        self.document.lockControllers()
        self.document.addActionLock()
        self.document.enableAutomaticCalculation(False)  # once for all of them
        try:
            self._mend()
        finally:
            self.document.enableAutomaticCalculation(automatic)
            self.document.removeActionLock()
            self.document.unlockControllers()
            if inside:
                undo.leaveUndoContext()
        if not modified:
            self.document.setModified(False)

    def _mend(self):
        if not basic_library(self.context).hasByName(BASIC_MODULE):
            return
        external, macro = self._opcode("EXTERNAL"), self._opcode("MACRO")
        for cell in self._cells_with_calls():
            holder, is_array = cell, bool(cell.getArrayFormula())
            if is_array:
                holder = cell.getSpreadsheet().createCursorByRange(cell)
                holder.collapseToCurrentArray()
            tokens = holder.getArrayTokens() if is_array else holder.getTokens()
            changed = False
            for token in tokens:
                name = BY_EXTERNAL_NAME.get(token.Data) if token.OpCode == external else None
                if name is not None:
                    token.OpCode, token.Data = macro, name
                    changed = True
            if changed and is_array:
                holder.setArrayTokens(tokens)
            elif changed:
                holder.setTokens(tokens)

    def _opcode(self, which):
        mapper = self.document.createInstance("com.sun.star.sheet.FormulaOpCodeMapper")
        base = "com.sun.star.sheet."
        entries = mapper.getAvailableMappings(
            uno.getConstantByName(base + "FormulaLanguage.ENGLISH"),
            uno.getConstantByName(base + "FormulaMapGroup.SPECIAL"),
        )
        return entries[uno.getConstantByName(base + "FormulaMapGroupSpecialOffset." + which)].Token.OpCode

    def _cells_with_calls(self):
        """Formula cells that name one of our functions, told apart by their texts in bulk."""
        for sheet in self.document.Sheets:
            for address in sheet.queryContentCells(FORMULAS).getRangeAddresses():
                area = sheet.getCellRangeByPosition(
                    address.StartColumn, address.StartRow, address.EndColumn, address.EndRow
                )
                for y, row in enumerate(area.getFormulaArray()):
                    for x, formula in enumerate(row):
                        if "QBEADDIN" in formula.upper():
                            yield area.getCellByPosition(x, y)


# ---- for Basic ------------------------------------------------------------------------------------------------------


class QbeBridge(unohelper.Base, XServiceInfo, XQbeBridge):
    """What Basic creates once and keeps: begin a call, give its arguments one after the other, take the answer."""

    def __init__(self, context):
        self.context = context
        self.calls = []  # a call can begin while the cells that another one reads are computed

    def begin(self, name):
        self.calls.append((name, []))

    def give(self, value):
        # a reference comes as a range of VBA, which wraps the office's own
        self.calls[-1][1].append(getattr(value, "CellRange", value) if isinstance(value, WRAPPED) else value)

    def leaveOut(self):
        self.calls[-1][1].append(None)

    def answer(self):
        name, given = self.calls.pop()
        return compute(self.context, name, given, self._document(given))

    def _document(self, given):
        """The workbook that an argument stands in; else the one in front."""
        for each in given:
            if isinstance(each, WRAPPED):
                return each.getSpreadsheet().DrawPage.Forms.Parent
        desktop = self.context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
        return desktop.getCurrentComponent()

    def getImplementationName(self):
        return BRIDGE

    def supportsService(self, name):
        return name == BRIDGE

    def getSupportedServiceNames(self):
        return (BRIDGE,)


class QbeStart(unohelper.Base, XJob):
    """At the office's start: puts the Basic functions into the user's Standard library.

    Only there Calc finds them when it reads .xlsx files.
    """

    def __init__(self, context):
        self.context = context

    def execute(self, _arguments):
        try:
            self._install()
        except Exception:  # the one boundary of the start: the office must come up
            log(self.context, traceback.format_exc())

    def _install(self):
        with open(os.path.join(HERE, "QbeUdf.bas"), encoding="ascii") as file:
            source = file.read()
        standard = basic_library(self.context)
        if not standard.hasByName(BASIC_MODULE):
            standard.insertByName(BASIC_MODULE, source)
        elif standard.getByName(BASIC_MODULE) != source:
            standard.replaceByName(BASIC_MODULE, source)


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(QbeAddIn, IMPLEMENTATION, (ADD_IN, SERVICE))
g_ImplementationHelper.addImplementation(QbeBridge, BRIDGE, (BRIDGE,))
g_ImplementationHelper.addImplementation(QbeStart, START, (START,))
