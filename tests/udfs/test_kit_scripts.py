"""The scripts for the PC. They cannot run here: what can be seen without Windows is checked, and their Python is run."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import openpyxl
import pytest

from scripts import kit
from tests.paths import SAMPLES

SCRIPTS = kit.SOURCES / "scripts"
MESSAGES = sorted((SCRIPTS / "messages").glob("*.txt"))
BATCH = sorted(SCRIPTS.glob("*.cmd"))
PIN = kit.read_embed_pin()


def built(path: Path, name: str = "scripts/x.cmd") -> bytes:
    """A file of udfs/kit as it stands in the kit."""
    return kit.encoded(name, kit.for_windows(path.read_text(encoding="utf-8"), PIN, "1.2.3"))


def lines_of(path: Path) -> list[str]:
    return built(path).decode("utf-8").split("\r\n")


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


# --- encodings -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kit")
    kit.place_scripts(folder, PIN, "1.2.3")
    return folder


def test_line_ends_marks_and_values(tree: Path) -> None:
    for name in kit.files_of(tree):
        data = (tree / name).read_bytes()
        if name == "LICENSE.txt":
            continue
        assert data.count(b"\n") == data.count(b"\r\n") > 0, name
        in_front = name.endswith(".txt") and "/" not in name
        assert data.startswith(b"\xef\xbb\xbf") is in_front, name  # Notepad wants the mark; cmd and `type` do not
        assert not re.search(r"@[A-Z_0-9]+@", data.decode("utf-8")), name
    assert PIN.sha256 in (tree / "说明.txt").read_text(encoding="utf-8-sig")


def test_a_checkout_with_windows_line_ends_gives_the_same() -> None:
    text = "@echo off\nexit\n"
    assert kit.for_windows(text.replace("\n", "\r\n"), PIN, "1") == kit.for_windows(text, PIN, "1")


@pytest.mark.parametrize("path", BATCH, ids=lambda path: path.name)
def test_batch_logic_is_ascii(path: Path) -> None:
    lines = lines_of(path)
    assert lines[0] == "@echo off"
    chinese = [number for number, line in enumerate(lines) if not line.isascii()]
    labels = [number for number, line in enumerate(lines) if line.startswith(":")]
    assert lines.index("chcp 65001 >nul") < min(chinese)
    # cmd looks labels up by reading on: no label may lie behind text that is not ASCII
    assert min(chinese) > max(labels)
    assert all(lines[number].startswith("echo ") for number in chinese)
    assert all("%" not in lines[number] for number in chinese)


def test_powershell_is_ascii_so_no_mark_is_needed() -> None:
    assert (SCRIPTS / "install.ps1").read_text(encoding="utf-8").isascii()


# --- what they refer to exists ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", BATCH, ids=lambda path: path.name)
def test_every_jump_has_its_label(path: Path) -> None:
    text = built(path).decode("utf-8")
    labels = re.findall(r"^:(\w+)", text, re.MULTILINE)
    jumps = re.findall(r"(?:goto|call) :(\w+)", text)
    assert sorted(labels) == sorted(set(labels)) and set(jumps) <= set(labels)
    # no line is reached by falling into a subroutine or the last section
    before = re.findall(r"([^\n]*)\r\n(?:\r\n|rem [^\n]*\n)*:(?:lost|copy_folder|remove)\r", text)
    assert before and all(re.match(r"exit |goto ", line) for line in before), before


def test_every_message_is_there_used_and_in_both_languages() -> None:
    told = set()
    for path in [*BATCH, SCRIPTS / "install.ps1"]:
        text = path.read_text(encoding="utf-8")
        told |= set(re.findall(r'%MSG%\\([\w-]+)\.txt|"SAY=([\w-]+)"', text))
        told |= {(name, "") for name in re.findall(r"(?:Stop-Install \d+|Show-Message) '([\w-]+)'", text)}
    named = {first or second for first, second in told}
    assert named == {path.stem for path in MESSAGES}
    for path in MESSAGES:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert not lines[0].isascii() and lines[-1].isascii(), path.name  # Chinese first, English below


def test_both_installers_refuse_alike() -> None:
    """The same numbers for the same reasons, the same folders, the same switches for copying."""
    batch = built(SCRIPTS / "install.cmd").decode("utf-8")
    power = built(SCRIPTS / "install.ps1").decode("utf-8")
    in_batch = {(number, name) for name, number in re.findall(r'"SAY=([\w-]+)"\r\nset "CODE=(\d+)"', batch)}
    in_power = set(re.findall(r"Stop-Install (\d+) '([\w-]+)'", power))
    # only the batch file can meet a PC that cannot unpack
    assert in_batch - in_power == {("26", "unpack-python")} and in_power <= in_batch
    assert all(20 <= int(number) <= 29 for number, _ in in_batch)
    folders = re.search(r"for %%D in \((.+?)\)", batch)
    assert folders is not None
    assert folders[1].split() == re.findall(r"'([\w-]+)'", re.search(r"foreach \(\$folder in (.+?)\)", power)[1])  # type: ignore[index]
    for switches in (r"/XF install.cmd install.ps1", r"/XD __pycache__", "/E /R:1 /W:1"):
        assert switches in batch and switches in power
    for shared in ("--invalidation-mode unchecked-hash", "diagnose.py", PIN.sha256, PIN.file, "python311._pth"):
        assert shared in batch and shared in power


def test_every_folder_of_the_kit_is_copied(tree: Path, tmp_path: Path) -> None:
    text = built(SCRIPTS / "install.cmd").decode("utf-8")
    folders = set(re.search(r"for %%D in \((.+?)\)", text)[1].split())  # type: ignore[index]
    shutil.copytree(tree, tmp_path / "tree")
    kit.place_python(tmp_path / "tree", None)
    kit.place_templates(tmp_path / "tree")
    there = {path.name for path in (tmp_path / "tree").iterdir() if path.is_dir()}
    assert folders == there | {"addin", "THIRD-PARTY-LICENSES"}


# --- names with spaces, &, ! and % -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", BATCH, ids=lambda path: path.name)
def test_paths_are_quoted(path: Path) -> None:
    for line in lines_of(path):
        code = re.sub(r'"[^"]*"', "", line).partition(" echo file ")[0]
        if line.startswith("rem "):
            continue
        assert not re.search(r"%(KIT|NEW|OLD|TARGET|XLSTART|STAGE|FROM|MSG|QBE_HOME|LOCALAPPDATA|APPDATA|~)", code), (
            line
        )
        assert not re.search(r"!\w+!", code.replace("exit !CODE!", "")), line
        # a closing quote after a backslash would be taken as part of the path by the program called
        assert not re.search(r'^robocopy.*\\"', line) and '%~dp0"' not in line.replace(
            'set "QBE_HOME=%~dp0"', ""
        ).replace('set "KIT=%~dp0"', ""), line


def test_dropped_names_never_pass_through_batch_arguments() -> None:
    """`%*` and `%1` expand before a line is split: with `C:\\a&b.xlsx` its tail would run as a command."""
    lines = lines_of(SCRIPTS / "assess.cmd")
    uses = [number for number, line in enumerate(lines) if re.search(r"%\*|%[1-9]|%~[1-9]", line)]
    typed, lost = lines.index(":typed"), lines.index(":lost")
    assert uses and all(typed < number < lost for number in uses)
    reached = next(number for number, line in enumerate(lines) if line.startswith('set "QBE_LINE=!cmdcmdline!"'))
    assert lines.index("setlocal EnableDelayedExpansion") < reached < typed
    assert "exit !CODE!" in lines[reached:typed]  # not `exit /b`, which would go on with the tail


@pytest.mark.parametrize(
    ("rest", "paths"),
    [
        (r' "C:\a b.xlsx""', [r"C:\a b.xlsx"]),
        (r' C:\c&d.xlsx"', [r"C:\c&d.xlsx"]),
        (r' "C:\临 邑!.xlsx" C:\c&d.xlsx "C:\x^ %y%.xlsx""', [r"C:\临 邑!.xlsx", r"C:\c&d.xlsx", r"C:\x^ %y%.xlsx"]),
        (r' C:\(1).xlsx C:\a,b;c=d.xlsx"', [r"C:\(1).xlsx", r"C:\a,b;c=d.xlsx"]),
        (r' \\server\share\x.xlsx"', [r"\\server\share\x.xlsx"]),
        (r' "', []),
        ("", []),
    ],
)
def test_the_command_line_is_read_as_explorer_writes_it(rest: str, paths: list[str]) -> None:
    dropped = module("assess_dropped").dropped
    script = r"D:\a kit\QBE评估.cmd"
    for start in (r"C:\WINDOWS\system32\cmd.exe /c ", r'"C:\WINDOWS\System32\cmd.exe" /C '):
        assert dropped(f'{start}""{script}"{rest}', script) == paths
        assert dropped(f'{start}""{script.upper()}"{rest}', script) == paths
        assert dropped(f'{start}""{script}"{rest}', r"D:\AKIT~1\QBE评估.cmd") == paths  # started by its short name
    assert dropped("cmd.exe", script) == []


# --- the Python of the kit, run --------------------------------------------------------------------------------------


def formulas_in(book: Path) -> int:
    with zipfile.ZipFile(book) as package:
        return sum(package.read(name).count(b"<f") for name in package.namelist() if "worksheets/sheet" in name)


def test_dropped_workbooks_get_their_results_beside_them_as_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assess_dropped = module("assess_dropped")
    first, second = tmp_path / "甲 县" / "临邑 & 副本!.xlsx", tmp_path / "b" / "a&b.xlsx"
    for target, sample in ((first, "linyi"), (second, "pass")):
        target.parent.mkdir()
        shutil.copy(SAMPLES / f"{sample}.xlsx", target)
    before = {path: path.read_bytes() for path in (first, second)}
    script = r"C:\kit\QBE评估.cmd"
    monkeypatch.setenv("QBE_SELF", script)
    monkeypatch.setenv("QBE_DROPPED", f'C:\\WINDOWS\\system32\\cmd.exe /c ""{script}" "{first}" {second}"')
    for _ in range(2):  # the second run replaces its own results
        assert assess_dropped.main(["not", "used"]) == 1  # 临邑 does not pass
        said = capfd.readouterr().out
        assert "未达到优质均衡标准" in said and "达到优质均衡标准" in said
    assert {path: path.read_bytes() for path in (first, second)} == before
    results = [path.with_name(path.name.replace(".xlsx", ".评估结果.xlsx")) for path in (first, second)]
    assert sorted(path for path in tmp_path.rglob("*.xlsx") if path not in before) == sorted(results)
    # values only, and the same values as the results workbook with its formulas
    from qbe_xl.cli import main

    main(["assess", str(first), "--out-dir", str(tmp_path / "plain"), "--quiet"])
    plain = tmp_path / "plain" / results[0].name
    assert formulas_in(plain) > 0 and [formulas_in(path) for path in results] == [0, 0]
    with_formulas = openpyxl.load_workbook(plain, data_only=True)
    values = openpyxl.load_workbook(results[0])
    assert values.sheetnames == with_formulas.sheetnames
    for sheet in values:
        assert list(sheet.values) == list(with_formulas[sheet.title].values), sheet.title


def test_without_a_workbook_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("QBE_DROPPED", raising=False)
    assert module("assess_dropped").main([]) == 4
    assert "拖到这个文件上" in capsys.readouterr().out


def test_the_diagnosis_finds_what_is_missing_changed_and_misplaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    diagnose = module("diagnose")
    home, start = tmp_path / "home", tmp_path / "Microsoft" / "Excel" / "XLSTART"
    for name in ("app/a.py", "app/b.py", "addin/qbe_xl.xlam", "scripts/x.cmd"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(name)
    kit.place_lists(home)
    monkeypatch.setenv("APPDATA", str(tmp_path))
    start.mkdir(parents=True)
    assert [fine for fine, _ in diagnose.addin(home)] == [False]
    (start / "qbe_xl.xlam").write_text("another")
    assert "不是同一版本" in next(diagnose.addin(home))[1]
    shutil.copy(home / "addin/qbe_xl.xlam", start)
    assert [fine for fine, _ in diagnose.addin(home)] == [True]
    assert list(diagnose.files(home)) == [(True, "4 个文件完好 / all 4 files are whole")]
    (home / "app/a.py").unlink()
    (home / "app/b.py").write_text("changed")
    assert [(fine, line.rpartition(": ")[2]) for fine, line in diagnose.files(home)] == [
        (False, "app\\a.py"), (False, "app\\b.py"),
    ]  # fmt: skip


def test_the_installers_check_says_nothing_where_all_loads() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "utf8", str(SCRIPTS / "diagnose.py"), "--imports"],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")


def test_a_library_that_does_not_load_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    diagnose = module("diagnose")
    monkeypatch.setattr(diagnose, "EVERYWHERE", ("qbe_xl", "no_such_library"))
    assert diagnose.main(["--imports"]) == 1
    assert "no_such_library" in capsys.readouterr().out


# --- what must not be there ------------------------------------------------------------------------------------------


def test_nothing_asks_for_rights_the_registry_or_the_net() -> None:
    for path in [*BATCH, SCRIPTS / "install.ps1"]:
        text = path.read_text(encoding="utf-8").lower()
        for word in (
            "runas",
            "reg add",
            "hkey_",
            "hkcu",
            "hklm",
            "setx",
            "invoke-webrequest",
            "curl",
            "http",
            "-scope",
        ):
            assert word not in text, (path.name, word)
    assert "-ExecutionPolicy Bypass -File" in (SCRIPTS / "install.cmd").read_text(encoding="utf-8")
    assert "Set-ExecutionPolicy" not in (SCRIPTS / "install.ps1").read_text(encoding="utf-8")


def test_folders_are_removed_whole_only_where_the_installer_made_them() -> None:
    removed = set()
    for path in [*BATCH, SCRIPTS / "install.ps1"]:
        text = path.read_text(encoding="utf-8")
        removed |= set(re.findall(r'rd /s /q "([^"]+)"|Remove-Item -LiteralPath (\S+) -Recurse', text))
    assert {first or second for first, second in removed} == {"%NEW%", "%OLD%", "%%D", "$new", "$old"}
