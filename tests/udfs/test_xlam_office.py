"""The Excel add-in opened by LibreOffice, its VBA executed there in VBA mode, with a hostile workbook in front.

Executed: every module compiles; the settings are read, and the command that would start Python is made, while the workbook in
front has `qbe_xl.conf`, `xlwings.conf` and `*.py` sheets and lies among configuration files; every button's callback, down to
the text handed to Python; labels in both languages; messages of every hindrance and failure; answers of worksheet functions.

Replaced by stand-ins: the call into xlwings' library (a Windows DLL), the message box, and what LibreOffice does not know of
Excel (language of Office, Protected View, readiness, cancel key). Not executed anywhere here: Excel itself, the ribbon, events of
ThisWorkbook, restarting Python. That no other code could reach the workbook in front is read, in test_xlam.py.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from qbe_xl.core.languages import LANGUAGES
from qbe_xl.hosts.excel import ribbon_vba, ribbon_xml, xlwings_vba
from qbe_xl.hosts.excel.registry import macros
from tests.office import OfficeError, find_office
from udfs.build_xlam import build, sources

pytestmark = pytest.mark.office

HOME = "C:\\Users\\O'Brien & Co"
EVIL = "evil.example"
ENGLISH, GERMAN, CHINESE, TAIWAN = 1033, 1031, 2052, 1028
RUNS = [control for control in ribbon_xml.controls() if control.name != ribbon_xml.RESTART]

# Module-level variables go to the top, the rest to the end.
VARIABLES = """Private qbeBusy As Boolean
Private noted As String
Private officeLanguage As Long
Private failing As Long
Private notReady As Boolean
"""
STAND_INS = """
Private Sub Note(ByVal text As String)
    noted = noted & text & "|"
End Sub

Private Sub StandIn(ByVal command As String)
    Note command
    If failing <> 0 Then Err.Raise failing, Description:="first line" & vbCrLf & "second line"
End Sub

Private Function Ready() As Boolean
    Ready = Not notReady
End Function

Private Function Begin(ByVal language As Long, ByVal number As Long) As String
    noted = ""
    officeLanguage = language
    failing = number
    notReady = False
    qbeBusy = False
End Function
"""
# LibreOffice passes over #If and runs both branches.
REPLACED = {
    "QbeRibbon": [
        ['#If Mac Then\n    QbeHindrance = QbeMessage("QBE-XLA-010", "")\n#Else\n', ""],
        ["#If Mac Then\n    MsgBox text, style, title\n#Else\n", ""],
        ["#End If\n", ""],
        ["Private qbeBusy As Boolean\n", VARIABLES],
        ['XLPy.SetAttr XLPy.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook', "Note ActiveWorkbook.Name"],
        ["XLPy.Exec ", "StandIn "],
        ["MessageBoxW Application.hwnd, StrPtr(text), StrPtr(title), style", 'Note style & " " & title & " " & text'],
        ["If Not Application.ActiveProtectedViewWindow Is Nothing Then", "If False Then"],
        ["Application.LanguageSettings.LanguageID(2)", "officeLanguage"],
        ["Not Application.Ready Or Not Application.Interactive", "Not Ready"],
        ["Application.EnableCancelKey = 0", 'Note "esc off"'],
        ["Application.EnableCancelKey = 1", 'Note "esc on"'],
    ],
    "xlwings": [["If Not FileExistsOnWindows(found) Then", "If False Then"]],
    "QbeUdfs": [["XLPy.CallUDF(", "Flat("]],
}
# A row as xlwings' server hands it over: flat.
FLAT = """
Private Function Flat(module, name, args, book, caller) As Variant
    Dim row(0 To 2) As Variant, one(0 To 0) As Variant
    row(0) = 4.2: row(1) = "#DIV/0!": row(2) = 8
    one(0) = "text"
    If name = "QBE_STATUS" Then Flat = one Else Flat = row
End Function

Public Function AskFlat() As String
    Dim found As Variant
    found = QBE_INDICATOR(1, 2, 3)
    AskFlat = UBound(found, 1) & UBound(found, 2) & " " & found(0, 0) & " " & IsError(found(0, 1)) & " " & found(0, 2) & _
        " " & QBE_STATUS(1, 2, 3, 4)
End Function
"""


def ribbon_questions() -> dict[str, tuple[list[str], str]]:
    """Functions to ask, by name: the statements, and the expression they give."""
    found: dict[str, tuple[list[str], str]] = {}
    for control in RUNS:
        for lang, number in (("Zh", CHINESE), ("En", ENGLISH)):
            call = f'{control.callback} Nothing, "{EVIL}", 1' if control.argument else f"{control.callback} Nothing"
            found[f"Run{control.callback}{lang}"] = ([f"Begin {number}, 0", call], "noted")
    for number in (xlwings_vba.NO_PYTHON, xlwings_vba.NO_SERVER, 9, 440):
        found[f"Fail{number}"] = ([f"Begin {ENGLISH}, {number}", "CheckData Nothing"], "noted")
    found["NoAnswer"] = ([f"Begin {TAIWAN}, 0", "notReady = True", "CheckData Nothing"], "noted")
    found["Busy"] = ([f"Begin {CHINESE}, 0", "qbeBusy = True", "CheckData Nothing"], "noted")
    found["After"] = (
        [f"Begin {CHINESE}, 20001", "CheckData Nothing", "noted = 0", "CheckData Nothing"],
        "qbeBusy & noted",
    )
    for number in (ENGLISH, GERMAN, CHINESE, TAIWAN, 0):
        found[f"Language{number}"] = ([f"Begin {number}, 0"], "QbeLanguage")
    found["Chosen"] = (
        [f"Begin {ENGLISH}, 0", 'qbeChosen = ""', "Dim first, second, third", "EditionSelected Nothing, first", 'ChooseEdition Nothing, "", 2',
         "EditionSelected Nothing, second", f"Begin {ENGLISH}, 9", 'ChooseEdition Nothing, "", 1', "EditionSelected Nothing, third"],
        'first & " " & second & " " & third',
    )  # fmt: skip
    found["Editions"] = (
        [f"Begin {CHINESE}, 0", "Dim count, id, label", "EditionCount Nothing, count", "EditionId Nothing, 1, id",
         "EditionLabel Nothing, 0, label"],
        'count & " " & id & " " & label',
    )  # fmt: skip
    for lang in LANGUAGES:
        for control in ribbon_xml.controls():
            for kind in ("label", "screentip", "supertip"):
                found[f"Word_{control.id}_{kind}_{lang}"] = ([], f'QbeWord("{control.id}", "{kind}", "{lang}")')
    found["Unknown"] = ([], 'QbeCommand("import os||zh") & QbeEditionId(99)')
    return found


def made(questions: dict[str, tuple[list[str], str]]) -> str:
    lines = []
    for name, (statements, answer) in questions.items():
        lines += [f"Public Function {name}() As String", *statements, f"{name} = {answer}", "End Function"]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What LibreOffice gave, with the answers by the name of their question."""
    try:
        soffice, python = find_office()
    except OfficeError as problem:
        pytest.fail(str(problem), pytrace=False)
    folder = tmp_path_factory.mktemp("xlam")
    questions = ribbon_questions()
    settings = {
        "Values": ([], 'GetConfig("Interpreter_Win") & "|" & GetConfig("pythonpath")'),
        "Fronts": ([], 'ActiveWorkbook.Name & "|" & ThisWorkbook.Name'),
        "Command": ([], "XLPyCommand"),
        "Missing": (["On Error Resume Next", "Dim none", 'none = GetConfig("CONDA PATH")'], 'Err.Number & " " & none'),
        "Quote": (["On Error Resume Next", "Dim none", "none = Usable(Chr(34))"], "Err.Number & none"),
        "Macro": (["On Error Resume Next", "Dim none", 'none = Usable("$(x)")'], "Err.Number & none"),
    }
    job = {
        "addin": str(build(folder / "qbe_xl.xlam")),
        "front": str(hostile(folder / "submitted")),
        "replace": REPLACED,
        "append": {"QbeRibbon": STAND_INS + made(questions), "xlwings": made(settings), "QbeUdfs": FLAT},
        "ask": [
            *(f"QbeRibbon.{name}" for name in questions),
            *(f"xlwings.{name}" for name in settings),
            "QbeUdfs.AskFlat",
        ],
    }
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    script = Path(__file__).with_name("xlam_script.py")
    done = subprocess.run(
        [python, "-I", str(script), soffice, str(folder / "profile"), str(folder / "job.json")],
        capture_output=True, text=True, timeout=240, check=False,
        env=os.environ | {"LOCALAPPDATA": HOME, "USERPROFILE": str(folder / "home"), "PYTHONPATH": EVIL},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    given: dict[str, Any] = json.loads(done.stdout)
    given["answer"] = dict(zip([*questions, *settings, "Flat"], given["answers"], strict=True))
    return given


def hostile(folder: Path) -> Path:
    """A submitted workbook that names a program to run wherever stock xlwings would look."""
    folder.mkdir()
    book = Workbook()
    for name in ("qbe_xl.conf", "xlwings.conf", "myaddin.conf", "evil.py", "qbe_udfs.py"):
        sheet = book.create_sheet(name)
        for row in (("Interpreter_Win", EVIL), ("INTERPRETER", EVIL), ("PYTHONPATH", EVIL), ("UDF Modules", "evil")):
            sheet.append(row)
    del book["Sheet"]
    book.save(folder / "submitted.xlsx")
    home = folder.parent / "home" / ".qbe_xl"
    home.mkdir(parents=True)
    for path in (folder / "qbe_xl.conf", folder / "xlwings.conf", home / "qbe_xl.conf"):
        path.write_text(f'"INTERPRETER_WIN","{EVIL}"\n"PYTHONPATH","{EVIL}"\n', encoding="utf-8")
    (folder / "xlwings.py").write_text("raise SystemExit(1)\n", encoding="utf-8")
    return folder / "submitted.xlsx"


# ---- opened and compiled


def test_libreoffice_reads_the_same_modules(found: dict[str, Any]) -> None:
    assert (found["library"], found["sheets"]) == ("QbeXl", ["qbe_xl.conf"])
    assert set(found["modules"]) == set(sources())
    for name, text in sources().items():
        body = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("Attribute "))
        assert found["modules"][name].strip().endswith(body.strip()), name


def test_everything_asked_was_answered(found: dict[str, Any]) -> None:
    failed = {name: text for name, text in found["answer"].items() if str(text).startswith("failed:")}
    assert failed == {}


# ---- a hostile workbook in front


def test_settings_are_the_add_ins_with_a_hostile_workbook_in_front(found: dict[str, Any]) -> None:
    assert "qbe_xl.conf" in found["front_sheets"] and "evil.py" in found["front_sheets"]
    assert found["answer"]["Fronts"] == "submitted.xlsx|qbe_xl.xlam"
    assert found["answer"]["Values"] == f"{HOME}\\qbe_xl\\python\\pythonw.exe|{HOME}\\qbe_xl\\app"


def test_the_command_names_nothing_of_the_workbook(found: dict[str, Any]) -> None:
    """The whole command line: our interpreter, isolated, with our folder alone; its Python text is what it should be."""
    command = found["answer"]["Command"]
    shape = re.fullmatch(r'"([^"]+)" -I -B -c "([^"]+)"', command)
    assert shape is not None, command
    assert shape[1] == f"{HOME}\\qbe_xl\\python\\pythonw.exe"
    assert EVIL not in command and "submitted" not in command and "xlam" not in command
    texts = [
        node.value
        for node in ast.walk(ast.parse(shape[2]))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert sorted(texts) == sorted(["$(CLSID)", ";", f"{HOME}\\qbe_xl\\app"])


def test_the_python_of_the_command_finds_our_folder_first(found: dict[str, Any], tmp_path: Path) -> None:
    """The text runs, up to the server: places in front, and `.pth` files in them read (pywin32 needs its own)."""
    app = tmp_path / "it's an app"
    (app / "more").mkdir(parents=True)
    (app / "some.pth").write_text("more\n", encoding="utf-8")
    (app / "xlwings.py").write_text(
        "import sys\ndef serve(clsid): print(sys.path[0], clsid, sys.flags.isolated)\n", encoding="utf-8"
    )
    (app / "more" / "extra.py").write_text("", encoding="utf-8")
    text = re.fullmatch(r'"[^"]+" (-I -B) -c "([^"]+)"', found["answer"]["Command"])
    assert text is not None
    ours = f"{HOME}\\qbe_xl\\app".replace("\\", "\\\\").replace("'", "\\'")
    assert ours in text[2]
    program = text[2].replace(ours, str(app).replace("'", "\\'")) + "; import extra"
    import sys

    done = subprocess.run(
        [sys.executable, *text[1].split(), "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split("\n")[0] == f"{app} $(CLSID) 1"


def test_a_setting_that_is_not_there_is_an_error(found: dict[str, Any]) -> None:
    assert found["answer"]["Missing"].strip() == str(xlwings_vba.NO_SETTING)
    assert found["answer"]["Quote"] == found["answer"]["Macro"] == str(xlwings_vba.BAD_PATH)


# ---- the buttons


@pytest.mark.parametrize("control", RUNS, ids=lambda control: control.name)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_button_runs_its_macro_and_nothing_else(
    found: dict[str, Any], control: ribbon_xml.Control, lang: str
) -> None:
    """The drop-down is told a foreign id with place 1: the place counts."""
    argument = ribbon_xml.editions()[1][0] if control.argument else ""
    command = ribbon_vba.COMMAND.format(macro=control.name, argument=argument, lang=lang)
    assert control.name in macros()
    told = found["answer"][f"Run{control.callback}{lang.capitalize()}"]
    assert told == f"esc off|submitted.xlsx|{command}|esc on|"
    assert found["answer"]["Unknown"] == ""


def test_failures_are_told_once_in_words(found: dict[str, Any]) -> None:
    log = f"Log: {HOME}\\qbe_xl\\logs"
    for number, code in ((20001, "QBE-XLA-004"), (20005, "QBE-XLA-008"), (9, "QBE-XLA-009"), (440, "QBE-XLA-009")):
        told = found["answer"][f"Fail{number}"]
        words = ribbon_vba.MESSAGES[code].en.replace("{about}", "first line")
        assert told.endswith(f"|esc on|16 QBE {code} {words}\n{log}|"), told
        assert told.count("QBE-XLA") == 1 and "second line" not in told


def test_hindrances_are_told_before_anything_is_run(found: dict[str, Any]) -> None:
    assert found["answer"]["NoAnswer"] == f"48 优质均衡 QBE QBE-XLA-003 {ribbon_vba.MESSAGES['QBE-XLA-003'].zh}|"
    assert found["answer"]["Busy"] == ""
    assert found["answer"]["After"].startswith("False0esc off|submitted.xlsx|import")


def test_chinese_for_every_chinese_office(found: dict[str, Any]) -> None:
    asked = {number: found["answer"][f"Language{number}"] for number in (ENGLISH, GERMAN, CHINESE, TAIWAN, 0)}
    assert asked == {ENGLISH: "en", GERMAN: "en", CHINESE: "zh", TAIWAN: "zh", 0: "zh"}


def test_the_choice_is_shown_once_python_took_it(found: dict[str, Any]) -> None:
    assert found["answer"]["Chosen"] == "0 2 2"
    assert found["answer"]["Editions"] == f"{len(ribbon_xml.editions())} qbe_edition_1 工作簿自带"


def test_labels_are_what_they_should_be(found: dict[str, Any]) -> None:
    for control in ribbon_xml.controls():
        for lang in LANGUAGES:
            for kind, text in (("label", control.label), ("screentip", control.label), ("supertip", control.tip)):
                assert found["answer"][f"Word_{control.id}_{kind}_{lang}"] == text[lang]


def test_a_flat_row_becomes_a_row_of_cells(found: dict[str, Any]) -> None:
    assert found["answer"]["Flat"] == "02 4.2 True 8 text"
