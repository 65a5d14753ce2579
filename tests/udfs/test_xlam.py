"""The Excel add-in as a file: built twice, read back by other tools, and read as a reviewer would.

Only read here, never run: Excel is not at hand. What LibreOffice can run of it is in test_xlam_office.py.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from xml.etree import ElementTree

import olefile
import pytest
from oletools.olevba import VBA_Parser
from pyopenvba import ExcelFile
from pyopenvba.vba import decompress

from qbe_xl.functions import registered
from qbe_xl.hosts.excel import ribbon_vba, ribbon_xml, vba, xlwings_vba
from qbe_xl.hosts.excel.registry import macros
from qbe_xl.standards import known_editions
from tests.paths import ROOT
from tests.udfs.vba_source import code, lines, literals, procedures
from udfs.build_xlam import SETTINGS, BuildError, build, sources

SOURCES = sources()
BODIES = {name: procedures(text) for name, text in SOURCES.items()}


@pytest.fixture(scope="module")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("addin") / "qbe_xl.xlam")


@pytest.fixture(scope="module")
def project(addin: Path) -> Iterator[olefile.OleFileIO]:
    with zipfile.ZipFile(addin) as package, olefile.OleFileIO(io.BytesIO(package.read("xl/vbaProject.bin"))) as found:
        yield found


# ---- the file


def test_the_same_sources_give_the_same_bytes(addin: Path, tmp_path: Path) -> None:
    """Also in another process, where sets and dictionaries of texts have another order."""
    done = subprocess.run(
        [sys.executable, "udfs/build_xlam.py", str(tmp_path / "again.xlam")],
        cwd=ROOT, check=True, capture_output=True, text=True, timeout=120, env={"PYTHONHASHSEED": "7"},
    )  # fmt: skip
    assert done.stdout.strip().endswith("again.xlam")
    assert (tmp_path / "again.xlam").read_bytes() == addin.read_bytes()


def test_entries_carry_no_time_or_machine(addin: Path) -> None:
    with zipfile.ZipFile(addin) as package:
        entries = package.infolist()
        assert {entry.date_time for entry in entries} == {(2020, 1, 1, 0, 0, 0)}
        assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
        assert [entry.filename for entry in entries][:2] == ["[Content_Types].xml", "_rels/.rels"]
        core = package.read("docProps/core.xml").decode()
        assert "<dc:creator>qbe_xl</dc:creator>" in core and "lastModifiedBy" not in core


def test_nothing_is_left_of_the_shell(addin: Path, project: olefile.OleFileIO) -> None:
    """Neither names of the quickstart nor the paths and names of who saved it, in any part, stream or compressed record."""
    with zipfile.ZipFile(addin) as package:
        found = {name: package.read(name) for name in package.namelist()}
    for stream in project.listdir():
        found["/".join(stream)] = project.openstream(stream).read()
    found["dir"] = bytes(decompress(found["VBA/dir"]))
    wrong = re.compile(
        rb"felix|zumstein|my-?add-?in|ribbonmy|c\x00?:\x00?\\\x00?u\x00?s\x00?e\x00?r\x00?s|msforms|\.exd", re.I
    )
    assert [(name, wrong.search(data)) for name, data in found.items() if wrong.search(data)] == []
    assert b'Name="QbeXl"' in found["PROJECT"] and b"QbeXl" in found["dir"]


def test_the_package_hangs_together(addin: Path) -> None:
    """Every part has a type, every relation a target, and no part stands alone."""
    with zipfile.ZipFile(addin) as package:
        names = set(package.namelist())
        types = ElementTree.fromstring(package.read("[Content_Types].xml"))
        overrides = {node.get("PartName", "")[1:] for node in types if node.tag.endswith("Override")}
        assert overrides <= names
        assert {name for name in names if not name.endswith((".rels", "customUI.xml"))} - {
            "[Content_Types].xml"
        } == overrides
        reached = set()
        for rels, base in (("_rels/.rels", ""), ("xl/_rels/workbook.xml.rels", "xl/")):
            for node in ElementTree.fromstring(package.read(rels)):
                reached.add(base + node.get("Target", ""))
                if node.get("Target") == "customUI/customUI.xml":
                    assert node.get("Type") == ribbon_xml.RELATION
        assert reached <= names
        assert names - reached == {"[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"}
        workbook = package.read("xl/workbook.xml").decode()
        assert 'name="qbe_xl.conf"' in workbook and "absPath" not in workbook
        assert "addin.macroEnabled" in package.read("[Content_Types].xml").decode()


def test_olevba_reads_the_exact_sources_and_nothing_else(addin: Path) -> None:
    parser = VBA_Parser(str(addin))
    try:
        found = {name.rsplit("/", 1)[1]: text.replace("\r\n", "\n") for _, name, _, text in parser.extract_macros()}
        assert parser.detect_vba_stomping() is False
        assert not parser.detect_xlm_macros()
    finally:
        parser.close()
    assert {name: text.rstrip("\n") for name, text in found.items()} == {
        name: text.rstrip("\n") for name, text in SOURCES.items()
    }
    written = {path.name for path in (ROOT / "udfs" / "vba").iterdir()}
    assert written == {f"{name}.bas" for name in SOURCES if name != "QbeSettings"}  # that one has no code


def test_no_compiled_code_is_kept(project: olefile.OleFileIO, addin: Path) -> None:
    """So what is read is what runs: no cache, and each module's stream is its compressed source alone."""
    assert project.openstream("VBA/_VBA_PROJECT").read() == b"\xcc\x61\xff\xff\x00\x00\x00"
    assert {"/".join(stream) for stream in project.listdir()} == {
        "PROJECT", "PROJECTwm", "VBA/dir", "VBA/_VBA_PROJECT", *(f"VBA/{name}" for name in SOURCES),
    }  # fmt: skip
    for name, text in SOURCES.items():
        whole = bytes(decompress(project.openstream(f"VBA/{name}").read())).decode("ascii")
        assert whole.replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n")
    with ExcelFile(addin) as book:
        assert book.validate() == []
        assert [reference.name for reference in book.references()] == ["Office"]


def test_the_licence_of_xlwings_goes_along(addin: Path) -> None:
    files = distribution("xlwings").files or []
    (licence,) = [file for file in files if file.name == "LICENSE.txt"]
    assert (ROOT / "udfs/xlam/LICENSE-xlwings.txt").read_text(encoding="utf-8") == licence.read_text(encoding="utf-8")
    head = xlwings_vba.licence(xlwings_vba.upstream())
    assert "BSD 3-clause" in head and head in SOURCES["xlwings"]
    with zipfile.ZipFile(addin) as package:
        assert b"BSD 3-clause" in package.read("xl/worksheets/sheet1.xml")
        assert b"BSD 3-clause" in package.read("docProps/core.xml")


def test_another_xlwings_fails_the_build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = xlwings_vba.upstream()
    with pytest.raises(xlwings_vba.UpstreamChanged, match=r"adapt qbe_xl/hosts/excel/xlwings_vba\.py"):
        xlwings_vba.hardened(text.replace("XLPyLoadDLL", "XlPyLoadDLL", 1))
    monkeypatch.setattr(xlwings_vba, "version", lambda name: "0.99.0")
    with pytest.raises(xlwings_vba.UpstreamChanged, match=r"0\.99\.0 is installed"):
        build(tmp_path / "x.xlam")
    assert not (tmp_path / "x.xlam").exists()


def test_another_licence_or_shell_fails_the_build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import udfs.build_xlam as builder

    (tmp_path / "other.txt").write_text("MIT", encoding="utf-8")
    with monkeypatch.context() as changed, pytest.raises(BuildError, match="licence"):
        changed.setattr(builder, "LICENCE", tmp_path / "other.txt")
        build(tmp_path / "x.xlam")
    shell = tmp_path / "shell.xlam"
    shell.write_bytes(builder.SHELL.read_bytes())
    with zipfile.ZipFile(shell, "a") as package:
        package.writestr("xl/externalLinks/externalLink1.xml", "<x/>")
    monkeypatch.setattr(builder, "SHELL", shell)
    with pytest.raises(BuildError, match="externalLink1"):
        build(tmp_path / "x.xlam")


# ---- the sources


@pytest.mark.parametrize("name", SOURCES)
def test_vba_that_excel_takes(name: str) -> None:
    """ASCII, lines and continuations within VBA's limits, every procedure closed, every block closed, Option Explicit."""
    text = SOURCES[name]
    assert text.isascii() and max(map(len, text.splitlines())) < 1023
    run = 0
    for line in text.splitlines():
        run = run + 1 if line.endswith(" _") else 0
        assert run <= 24
    procedures(text)
    plain = lines(text)
    opened = [line for line in plain if re.match(r"If .* Then$", line)]
    assert len(opened) == plain.count("End If")
    assert sum(line.startswith("Select Case") for line in plain) == plain.count("End Select")
    assert sum(line.startswith("#If ") for line in plain) == plain.count("#End If")
    if plain:
        assert plain[0] == "Option Explicit" if name != "QbeSettings" else True
    for procedure in BODIES[name].values():
        labels = [line.rstrip(":") for line in procedure.body if re.fullmatch(r"[a-z]\w*:", line)]
        jumps = {line.rsplit(" ", 1)[1] for line in procedure.body if line.startswith("On Error GoTo ")} - {"0"}
        assert set(labels) == jumps


def test_only_harmless_procedures_can_be_called_from_a_cell_or_a_shape() -> None:
    """A formula can call an add-in's public functions and a drawn shape its public Subs, also from a workbook that is only
    looked at. So what takes text that reaches Python, a file or a command is private; what is public takes a ribbon's
    control, which neither can hand over, or nothing. `Declare` counts as a function."""
    public = {(module, each.name): each for module, found in BODIES.items() for each in found.values() if each.public}
    functions = {key for key, each in public.items() if each.kind == "Function"}
    assert functions == {("QbeUdfs", name) for name in registered()} | {("xlwings", "XLPy")}
    for key, each in public.items():
        if key not in functions:
            assert each.kind == "Sub"
            assert each.args == "" or re.match(r"(control As IRibbonControl|ribbon As IRibbonUI)\b", each.args), key
    assert BODIES["xlwings"]["XLPy"].args == ""
    for text in SOURCES.values():
        assert not re.search(r"^(Public )?Declare ", text, re.MULTILINE)
        assert re.findall(r"^\s*Declare ", text, re.MULTILINE) == []
    assert "Option Private Module" in SOURCES["xlwings"]


def test_python_is_told_registered_macros_only() -> None:
    """Every command stands whole in the source; nothing but one place hands text to Python, and it takes one of these."""
    told = {key: literals(line)[0] for key, line in _cases("QbeCommand")}
    assert told == ribbon_vba.commands()
    shape = re.compile(r"import qbe_xl\.hosts\.excel\.ribbon as r; r\.run\('(\w+)', '([\w-]*)', '(zh|en)'\)")
    seen = set()
    for key, command in told.items():
        found = shape.fullmatch(command)
        assert found is not None and key == "|".join(found.groups())
        assert found[1] in macros() and found[2] in {"", *known_editions()}
        seen.add(found[1])
    assert seen == set(macros())
    execs = [
        line
        for text in SOURCES.values()
        for line in lines(text)
        if re.search(r"\bXLPy\b", line) and "CallUDF" not in line
    ]
    inner = [line for line in lines(SOURCES["xlwings"]) if re.search(r"\bXLPy\b", line)]
    assert [line for line in execs if line not in inner] == [
        'XLPy.SetAttr XLPy.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook',
        'XLPy.Exec "" & QbeCommand(macro & "|" & edition & "|" & QbeLanguage)',
    ]
    for line in lines(SOURCES["QbeUdfs"]):
        if "CallUDF" in line:
            assert re.search(
                r'XLPy\.CallUDF\(PY_MODULE, "QBE_\w+", Array\([\w, ]*\), ThisWorkbook, Application\.Caller\)', line
            )


def test_every_python_entry_exists() -> None:
    import inspect

    from qbe_xl.hosts.excel import ribbon

    assert list(inspect.signature(ribbon.run).parameters) == ["name", "argument", "office_lang"]
    windows = (Path(distribution("xlwings").locate_file("xlwings")) / "_xlwindows.py").read_text(encoding="utf-8")
    assert re.search(r"^BOOK_CALLER = None$", windows, re.MULTILINE)
    server = (Path(distribution("xlwings").locate_file("xlwings")) / "com_server.py").read_text(encoding="utf-8")
    for method in ("Module", "SetAttr", "Exec", "CallUDF"):
        assert f"    def {method}(self" in server and f'"{method}",' in server
    assert re.search(r"^def serve\(clsid", server, re.MULTILINE)
    assert (ROOT / "udfs" / f"{vba.PYTHON_MODULE}.py").is_file()


# ---- nothing is taken from the workbook in front


# Everything by which VBA can reach another workbook, a file, a program or a text to be run.
_FORBIDDEN = (
    "ActiveSheet", "ActiveCell", "Selection", "ActiveWindow", "Workbooks", "Windows", "Names", "CurDir", "Dir", "ChDir", "Open",
    "FileCopy", "Kill", "MkDir", "FreeFile", "Input", "CreateObject", "GetObject", "Shell", "WScript", "Evaluate", "Run", "Path",
    "FullName", "VBProject", "VBE", "ExecuteExcel4Macro", "RegisterXLL", "SendKeys", "OnTime", "OnKey", "CallByName", "Hyperlinks",
    "FollowHyperlink", "CustomDocumentProperties", "BuiltinDocumentProperties", "Comment", "Environ", "GetSetting", "SaveSetting",
    "RunPython", "ExecuteWindows", "GetConfigFromFile", "GetConfigFromSheet", "GetDirectoryConfigFilePath", "GetConfigFilePath",
    "ReadFile", "ShowError", "SheetExists", "GetUdfModules", "ImportPythonUDFs", "RunFrozenPython", "MacScript", "AppleScriptTask",
)  # fmt: skip
_ALLOWED = {
    # a user's own variables, in paths of the add-in's sheet and in the place of the log
    ("xlwings", "Environ", "parts(i) = Environ$(parts(i))"),
    ("QbeRibbon", "Environ", 'QbeFailure = QbeFailure & vbLf & QbeWord("log", "label", QbeLanguage) & Environ$("LOCALAPPDATA") & "\\qbe_xl\\logs"'),
}  # fmt: skip


def test_no_way_leads_to_the_workbook_in_front_its_folder_or_a_file() -> None:
    found = []
    for module, text in SOURCES.items():
        for line in lines(text):
            bare = re.sub(r'"(?:[^"]|"")*"', '""', line)
            for word in _FORBIDDEN:
                if re.search(rf"(?<![\w.]){word}\b\$?|\.{word}\b", bare, re.IGNORECASE):
                    found.append((module, word, line))
    assert set(found) == _ALLOWED


def test_the_workbook_in_front_is_named_in_few_places() -> None:
    """To see that there is one, to hand it to Python as the macro's book, and as a key of what was chosen for it."""
    named = [
        (module, line)
        for module, text in SOURCES.items()
        for line in code(text).split("\n")
        if "ActiveWorkbook" in line
    ]
    assert named == [
        ("ThisWorkbook", "If qbeDescribed Or ActiveWorkbook Is Nothing Then Exit Sub"),
        ("QbeRibbon", 'XLPy.SetAttr XLPy.Module(""), "", ActiveWorkbook'),
        ("QbeRibbon", "ElseIf ActiveWorkbook Is Nothing Then"),
        (
            "QbeRibbon",
            "If Not ActiveWorkbook Is Nothing Then qbeChosen = vbLf & ActiveWorkbook.name & vbTab & index & qbeChosen",
        ),
        ("QbeRibbon", "If ActiveWorkbook Is Nothing Then Exit Function"),
        ("QbeRibbon", "head = vbLf & ActiveWorkbook.name & vbTab"),
    ]


def test_sheets_and_cells_are_the_add_ins_own() -> None:
    for module, text in SOURCES.items():
        for line in code(text).split("\n"):
            if re.search(r"\b(Work)?sheets?\(|\bRange\(|\bCells\(|\bRows\(|\bColumns\(|\[", line, re.IGNORECASE):
                assert (module, line) in {
                    ("xlwings", "Set sheet = ThisWorkbook.Worksheets(SETTINGS)"),
                    ("xlwings", "If UCase$(sheet.Cells(row, 1).Value) = UCase$(configKey) Then"),
                    ("xlwings", "GetConfig = Usable(Expanded(sheet.Cells(row, 2).Value))"),
                }


def test_settings_are_read_from_one_place_and_all_are_there(addin: Path) -> None:
    asked = set(re.findall(r'GetConfig\("(\w+)"\)', SOURCES["xlwings"]))
    assert asked == {key for key, _ in SETTINGS}
    assert all(value.startswith("%LOCALAPPDATA%\\qbe_xl\\") for _, value in SETTINGS)
    with zipfile.ZipFile(addin) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r"<t>([^<]*)</t>", sheet)[:4] == [text for row in SETTINGS for text in row]


def test_python_is_started_by_its_full_path_and_isolated() -> None:
    """Without -I, `-c` puts the current folder first among the places of modules, which may be the workbook's."""
    body = "\n".join(BODIES["xlwings"]["XLPyCommand"].body)
    assert '" -I -B -c "' in body and "cmd.exe" not in code(SOURCES["xlwings"]) and "cmd" not in body
    assert '"import sys, site; paths = [p for p in \'" & places &' in body
    python = "\n".join(BODIES["xlwings"]["PythonFile"].body)
    assert "FileExistsOnWindows(found)" in python and 'Mid$(found, 2, 2) = ":\\"' in python


def test_what_is_kept_of_xlwings_is_as_it_was() -> None:
    """But for visibility."""
    text = xlwings_vba.upstream()
    for name in ("KillPy", "FileExistsOnWindows", "ParentFolder"):
        assert BODIES["xlwings"][name].body == procedures(xlwings_vba.procedure(text, name))[name].body


def _cases(function: str) -> list[tuple[str, str]]:
    body = BODIES["QbeRibbon"][function].body
    return [
        (literals(line)[0], body[i + 1]) for i, line in enumerate(body) if line.startswith("Case ") and literals(line)
    ]
