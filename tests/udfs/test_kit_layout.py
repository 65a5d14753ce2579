"""The kit as a whole, built from small made-up wheels: what lies where, what is refused, the same bytes each time."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from scripts import kit
from scripts.kit import EmbedPin, KitError
from scripts.kit_licences import FOLDER, TABLE, collect, table_text
from scripts.kit_wheels import Pin, Wheel, read_folder
from tests.udfs.kit_wheels_made import make_embed, make_wheel

EUPL = "European Union Public Licence 1.1 (EUPL 1.1)"
VERSION = "9.8.7"


@pytest.fixture
def wheels(tmp_path: Path) -> dict[str, Wheel]:
    """The wheels that matter for the layout: ours, xlwings with its DLLs, pywin32 with its .pth, the EUPL ones."""
    shelf = tmp_path / "shelf"
    make_wheel(shelf, "qbe_xl", VERSION)
    dlls = {f"xlwings-1.0.data/data/xlwings{bits}-1.0.dll": bits.encode() for bits in ("32", "64")}
    texts = {"LICENSE.txt": b"BSD", "LICENSE_PRO.txt": b"PRO"}
    make_wheel(shelf, "xlwings", files={"xlwings/__init__.py": b"", **dlls}, licence="BSD-3-Clause", texts=texts)
    pywin32 = {
        "pywin32.pth": b"win32\nimport pywin32_bootstrap\n",
        "pywin32_system32/pywintypes311.dll": b"MZ1",
        "pywin32_system32/pythoncom311.dll": b"MZ2",
        "win32/lib/pywintypes.py": b"",
        "PyWin32.chm": b"manual",
    }
    make_wheel(shelf, "pywin32", files=pywin32, licence="PSF-2.0")
    make_wheel(shelf, "formulas", licence=EUPL, texts={"LICENSE.txt": b"EUPL text"})
    make_wheel(shelf, "schedula", licence=EUPL, texts={"LICENSE.txt": b"EUPL text"})
    return read_folder(shelf)


@pytest.fixture
def addin(tmp_path: Path) -> Path:
    path = tmp_path / "made.xlam"
    path.write_bytes(b"PK add-in")
    return path


def pin_of(archive: Path) -> EmbedPin:
    return EmbedPin("3.11.9", "python-3.11.9-embed-amd64.zip", hashlib.sha256(archive.read_bytes()).hexdigest())


def assembled(
    tmp_path: Path, wheels: dict[str, Wheel], addin: Path, *, embed: bool = False, name: str = "tree"
) -> Path:
    archive = make_embed(tmp_path / "embed.zip")
    pin = pin_of(archive)
    embedded = kit.open_embed(archive, pin, None) if embed else None
    kit.assemble(tmp_path / name, wheels, addin, pin, VERSION, embedded)
    return tmp_path / name


# --- the layout ------------------------------------------------------------------------------------------------------


def test_everything_lies_where_it_is_looked_for(tmp_path: Path, wheels: dict[str, Wheel], addin: Path) -> None:
    tree = assembled(tmp_path, wheels, addin, embed=True)
    names = set(kit.files_of(tree))
    assert {name for name in names if "/" not in name} == {*kit.FRONT, "LICENSE.txt"}
    assert {"app/qbe_xl/__init__.py", "app/qbe_udfs.py", "addin/qbe_xl.xlam", "python/python.exe"} <= names
    assert "templates/qbe-county-template.xlsx" in names
    # xlwings' VBA looks for its DLL beside the interpreter; Windows finds pywin32's DLLs there without a .pth file
    assert {"python/xlwings64-1.0.dll", "python/xlwings32-1.0.dll"} <= names
    assert {"python/pywintypes311.dll", "python/pythoncom311.dll"} <= names
    assert not [name for name in names if name.endswith(".pth") or "pywin32_system32" in name or name.endswith(".chm")]
    assert (tree / "app/qbe_udfs.py").read_bytes() == (kit.ROOT / "udfs/qbe_udfs.py").read_bytes()
    assert "scripts/install.ps1" in names and "scripts/install.cmd" not in names
    assert (tree / "QBE评估.cmd").read_bytes() == (tree / "scripts/assess.cmd").read_bytes()


def test_the_interpreter_finds_app_and_nothing_of_the_user(
    tmp_path: Path, wheels: dict[str, Wheel], addin: Path
) -> None:
    tree = assembled(tmp_path, wheels, addin, embed=True)
    lines = (tree / "python/python311._pth").read_bytes().decode("ascii").split("\r\n")
    assert lines == ["python311.zip", ".", "..\\app", "..\\app\\win32", "..\\app\\win32\\lib", "..\\app\\pythonwin", ""]
    # a ._pth file switches off user site and environment; `import site` would read .pth files again
    assert "import site" not in lines


def test_without_python_the_name_says_so_and_only_python_is_missing(
    tmp_path: Path, wheels: dict[str, Wheel], addin: Path
) -> None:
    assert kit.kit_name("1.2", True) == "qbe_xl-kit-1.2.zip"
    assert kit.kit_name("1.2", False) == "qbe_xl-kit-1.2-nopython.zip"
    with_python = set(kit.files_of(assembled(tmp_path, wheels, addin, embed=True)))
    without = set(kit.files_of(assembled(tmp_path, wheels, addin, name="bare")))
    assert with_python - without == {f"python/{name}" for name in kit.EMBEDDED} | {f"{FOLDER}/python/LICENSE.txt"}
    assert not without - with_python


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path, wheels: dict[str, Wheel], addin: Path) -> None:
    packed = []
    for name in ("one", "two"):
        tree = assembled(tmp_path, wheels, addin, embed=True, name=name)
        packed.append(kit.pack(tree, tmp_path / f"{name}.zip", "qbe_xl-kit").read_bytes())
    assert packed[0] == packed[1]
    with zipfile.ZipFile(tmp_path / "one.zip") as package:
        names = package.namelist()
        assert names == sorted(names) and all(name.startswith("qbe_xl-kit/") for name in names)
        assert {entry.date_time for entry in package.infolist()} == {(2020, 1, 1, 0, 0, 0)}
        chinese = package.getinfo("qbe_xl-kit/QBE评估.cmd")
        assert chinese.flag_bits & 0x800  # names are marked as UTF-8, so that Explorer reads them
        assert package.testzip() is None


# --- the lists -------------------------------------------------------------------------------------------------------


def install(tree: Path, home: Path) -> None:
    """What both installers do with the files: these folders and the licence, without the installers themselves."""
    for name in kit.files_of(tree):
        first, _, rest = name.partition("/")
        if (rest or first == "LICENSE.txt") and name.rpartition("/")[2] not in ("install.cmd", "install.ps1"):
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_bytes((tree / name).read_bytes())


def uninstall(home: Path, xlstart: Path) -> None:
    """What uninstall.cmd does with the list."""
    lines = (home / "scripts/installed.txt").read_bytes().decode("ascii").split("\r\n")
    done = {"file": Path.unlink, "xlstart": Path.unlink}
    for line in lines[:-1]:
        kind, _, name = line.partition(" ")
        if kind in done:
            done[kind]((xlstart if kind == "xlstart" else home).joinpath(*name.split("\\")))
    for line in lines[:-1]:
        kind, _, name = line.partition(" ")
        folder = home.joinpath(*name.split("\\"))
        if kind == "folder" and not any(folder.iterdir()):
            folder.rmdir()


def test_uninstalling_removes_everything_installed_and_only_that(
    tmp_path: Path, wheels: dict[str, Wheel], addin: Path
) -> None:
    tree = assembled(tmp_path, wheels, addin, embed=True)
    home, xlstart = tmp_path / "home", tmp_path / "xlstart"
    install(tree, home)
    xlstart.mkdir()
    (xlstart / "qbe_xl.xlam").write_bytes(addin.read_bytes())
    (xlstart / "theirs.xlam").write_bytes(b"x")
    (home / "templates/mine.xlsx").write_bytes(b"x")
    uninstall(home, xlstart)
    assert kit.files_of(home) == ["templates/mine.xlsx"]
    assert [path.name for path in home.iterdir()] == ["templates"]
    assert [path.name for path in xlstart.iterdir()] == ["theirs.xlam"]


def test_every_installed_file_has_its_hash(tmp_path: Path, wheels: dict[str, Wheel], addin: Path) -> None:
    tree = assembled(tmp_path, wheels, addin)
    home = tmp_path / "home"
    install(tree, home)
    lines = (tree / "scripts/files.txt").read_bytes().decode("ascii").split("\r\n")[:-1]
    listed = {line.partition(" ")[2].replace("\\", "/"): line.partition(" ")[0] for line in lines}
    assert {*listed, "scripts/files.txt", "scripts/installed.txt"} == set(kit.files_of(home))
    for name, digest in listed.items():
        assert hashlib.sha256((home / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize(
    "name", ["app/" + "x" * 160, "app/学校.py", "app/a&b.py", "app/aux.py", "app/x./y", "app/a%b", "app/a:b"]
)
def test_names_that_windows_or_the_batch_files_cannot_hold_are_refused(name: str) -> None:
    kit.check_names(["app/fine.py", "QBE评估.cmd"])
    with pytest.raises(KitError):
        kit.check_names([name])


def test_names_that_differ_in_case_only_are_refused() -> None:
    with pytest.raises(KitError, match="one file"):
        kit.check_names(["app/A.py", "app/a.py"])


# --- Python ----------------------------------------------------------------------------------------------------------


def test_python_is_taken_with_the_pinned_hash_only(tmp_path: Path) -> None:
    archive = make_embed(tmp_path / "embed.zip")
    pin = pin_of(archive)
    assert set(kit.open_embed(archive, pin, None)) == {*kit.EMBEDDED, "python311._pth"}
    assert kit.open_embed(archive, pin, pin.sha256.upper())
    with pytest.raises(KitError, match="differs from the pin"):
        kit.open_embed(archive, pin, "0" * 64)
    archive.write_bytes(archive.read_bytes() + b"\0")
    with pytest.raises(KitError, match="sha256"):
        kit.open_embed(archive, pin, None)


def test_without_a_pinned_hash_the_official_one_must_be_given(tmp_path: Path) -> None:
    archive = make_embed(tmp_path / "embed.zip")
    right = pin_of(archive).sha256
    empty = EmbedPin("3.11.9", "python-3.11.9-embed-amd64.zip", "")
    with pytest.raises(KitError, match="PYTHON_EMBED_SHA256"):
        kit.open_embed(archive, empty, None)
    assert kit.open_embed(archive, empty, right)
    with pytest.raises(KitError, match="sha256"):
        kit.open_embed(archive, empty, "0" * 64)


def test_an_archive_that_is_no_embeddable_python_is_refused(tmp_path: Path) -> None:
    archive = make_embed(tmp_path / "embed.zip", ["python.exe"])
    with pytest.raises(KitError, match=r"python311\.dll"):
        kit.open_embed(archive, pin_of(archive), None)
    nested = make_embed(tmp_path / "nested.zip", [*kit.EMBEDDED, "../evil.dll"])
    with pytest.raises(KitError, match="not an embeddable"):
        kit.open_embed(nested, pin_of(nested), None)


def test_the_shipped_pin_is_whole() -> None:
    pin = kit.read_embed_pin()
    assert pin.file == f"python-{pin.version}-embed-amd64.zip" and pin.version.startswith("3.11.")
    assert len(bytes.fromhex(pin.sha256)) in (0, 32)


# --- licences --------------------------------------------------------------------------------------------------------


def test_every_package_has_its_texts_and_its_row(tmp_path: Path, wheels: dict[str, Wheel], addin: Path) -> None:
    tree = assembled(tmp_path, wheels, addin, embed=True)
    table = (tree / FOLDER / TABLE).read_bytes()
    assert table.startswith(b"\xef\xbb\xbf") and table.count(b"\n") == table.count(b"\r\n")
    text = table.decode("utf-8-sig")
    for name in wheels.keys() - {"qbe-xl"}:
        assert f"\n{name} | 1.0 | " in text
        assert any((tree / FOLDER / name).iterdir())
    assert not (tree / FOLDER / "qbe-xl").exists()
    assert (tree / FOLDER / "xlwings/LICENSE_PRO.txt").read_bytes() == b"PRO"
    top = text.partition(" | ")[0]
    assert "EUPL" in top and "formulas 1.0" in top and "schedula 1.0" in top  # named before the table
    assert "Python 3.11.9: PSF-2.0" in text
    assert (tree / FOLDER / "python/LICENSE.txt").read_bytes() == b"LICENSE.txt\n"
    assert "PSF-2.0 (python/" not in table_text(collect(wheels, tmp_path / "again"), None)


@pytest.mark.parametrize(
    ("licence", "texts"), [(None, {"LICENSE": b"text"}), ("MIT", {"../nothing.bin": b""})], ids=["unnamed", "no text"]
)
def test_a_package_without_licence_stops_the_build(
    tmp_path: Path, licence: str | None, texts: dict[str, bytes]
) -> None:
    make_wheel(tmp_path / "w", "pkg", licence=licence, texts=texts)
    with pytest.raises(KitError, match=r"pkg-1\.0"):
        collect(read_folder(tmp_path / "w"), tmp_path / "out")


def test_a_text_kept_here_stands_in_where_the_wheel_has_none(tmp_path: Path) -> None:
    make_wheel(tmp_path / "w", "docxtpl", licence="LGPL-2.1-only", texts={"../nothing.bin": b""})
    (row,) = rows = collect(read_folder(tmp_path / "w"), tmp_path / "out")
    assert row.files == ("docxtpl/docxtpl.txt",)
    assert b"LESSER GENERAL PUBLIC LICENSE" in (tmp_path / "out/docxtpl/docxtpl.txt").read_bytes()
    assert "docxtpl 1.0 (LGPL-2.1-only)" in table_text(rows, None).partition(" | ")[0]


# --- the add-in ------------------------------------------------------------------------------------------------------


def test_the_addin_is_built_for_the_xlwings_of_the_kit() -> None:
    pins = {"xlwings": Pin("xlwings", "0.37.8", frozenset())}
    kit.check_xlwings("0.37.8", pins)
    with pytest.raises(KitError, match="DLL"):
        kit.check_xlwings("0.37.9", pins)


def test_without_its_builder_the_addin_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kit, "ROOT", tmp_path)
    with pytest.raises(KitError, match=r"build_xlam\.py is not there"):
        kit.build_addin(tmp_path / "x.xlam")


def test_a_refusal_is_one_sentence_and_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kit.main(["--embed", str(tmp_path / "nowhere.zip"), "--out", str(tmp_path / "x.zip")]) == 1
    said = capsys.readouterr().err
    assert "nowhere.zip is not there" in said and "Traceback" not in said
    assert not (tmp_path / "x.zip").exists()


def test_the_addin_looks_where_the_kit_puts_things() -> None:
    text = (kit.ROOT / "udfs" / "build_xlam.py").read_text(encoding="utf-8")
    installer = (kit.SOURCES / "scripts" / "install.cmd").read_text(encoding="utf-8")
    assert r"%LOCALAPPDATA%\qbe_xl\python\pythonw.exe" in text and r"%LOCALAPPDATA%\qbe_xl\app" in text
    assert r'set "TARGET=%LOCALAPPDATA%\qbe_xl"' in installer
