"""Wheels for another machine: resolved for Windows from any host, pinned with hashes, unpacked without pip.

`pip download --platform` picks wheels for the platform named, but evaluates the markers of dependencies for the machine
it runs on: on Linux `pywin32; platform_system == "Windows"` is silently left out, and what only Linux needs comes in.
So the dependencies are walked here, with the markers of the target, and what pip left out is asked for by name.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PYTHON = "3.11"
TAG = "cp311"
PLATFORM = "win_amd64"
# What markers are asked on the PC. https://packaging.python.org/en/latest/specifications/dependency-specifiers/
ENVIRONMENT = {
    "implementation_name": "cpython",
    "implementation_version": "3.11.9",
    "os_name": "nt",
    "platform_machine": "AMD64",
    "platform_python_implementation": "CPython",
    "platform_release": "10",
    "platform_system": "Windows",
    "platform_version": "10.0.19045",
    "python_full_version": "3.11.9",
    "python_version": PYTHON,
    "sys_platform": "win32",
}
# Tests of the large packages: a third of all files, and nothing imports them; the manual of pywin32.
LEFT_OUT = re.compile(r"(numpy|pandas|scipy)/(.+/)?tests/|PyWin32\.chm$")
# .pth files are not read on the PC (no `site`); what these would do is done by the ._pth file and the layout.
KNOWN_PTH = frozenset({"pywin32.pth"})
_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)(?P<hashes>( --hash=sha256:[0-9a-f]{64})+)")
MOST_ROUNDS = 10


class KitError(Exception):
    """Why the kit is not built, in one sentence a person can act on."""


@dataclass(frozen=True)
class Wheel:
    """A wheel file and what its metadata says."""

    path: Path
    name: str  # canonical
    version: str
    requires: tuple[Requirement, ...]
    metadata: str


@dataclass(frozen=True)
class Pin:
    """One line of the lock."""

    name: str
    version: str
    hashes: frozenset[str]


def sha256_of(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# ---- reading and walking --------------------------------------------------------------------------------------------


def info_folder(package: zipfile.ZipFile) -> str:
    """The one `.dist-info` folder of a wheel; KitError where there is none or more."""
    found = {name.split("/")[0] for name in package.namelist() if name.split("/")[0].endswith(".dist-info")}
    if len(found) != 1:
        raise KitError(f"{package.filename}: not a wheel (its .dist-info folders: {sorted(found)})")
    return found.pop()


def read_wheel(path: Path) -> Wheel:
    """Name, version and requirements from the wheel's own METADATA."""
    with zipfile.ZipFile(path) as package:
        text = package.read(f"{info_folder(package)}/METADATA").decode("utf-8")
    headers = HeaderParser().parsestr(text)
    requires = tuple(Requirement(line) for line in headers.get_all("Requires-Dist") or ())
    return Wheel(path, canonicalize_name(headers["Name"]), str(Version(headers["Version"])), requires, text)


def read_folder(folder: Path) -> dict[str, Wheel]:
    """Every wheel of a folder by its name; KitError where two have the same."""
    found: dict[str, Wheel] = {}
    for path in sorted(folder.glob("*.whl")):
        wheel = read_wheel(path)
        if wheel.name in found:
            raise KitError(f"two wheels of {wheel.name}: {found[wheel.name].path.name}, {path.name}")
        found[wheel.name] = wheel
    return found


def walk(roots: Iterable[Requirement], wheels: dict[str, Wheel]) -> tuple[set[str], list[Requirement]]:
    """What the roots need on the target: the names found, and the requirements that no wheel meets."""
    reached: set[str] = set()
    unmet: dict[str, Requirement] = {}
    todo = [(root, "") for root in roots]
    seen: set[tuple[str, str]] = set()
    while todo:
        requirement, extra = todo.pop()
        if requirement.marker and not requirement.marker.evaluate({**ENVIRONMENT, "extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        wheel = wheels.get(name)
        if wheel is None or not requirement.specifier.contains(wheel.version, prereleases=True):
            plain = Requirement(f"{requirement.name}{requirement.specifier}")
            unmet[str(plain)] = plain
            continue
        reached.add(name)
        for each in {"", *requirement.extras}:
            if (name, each) not in seen:
                seen.add((name, each))
                todo += [(below, each) for below in wheel.requires]
    return reached, [unmet[text] for text in sorted(unmet)]


# ---- pip ------------------------------------------------------------------------------------------------------------


def pip_download(arguments: Sequence[str], folder: Path) -> None:
    """Wheels for the target into a folder, from the registry that pip is set up for. KitError with pip's last words."""
    folder.mkdir(parents=True, exist_ok=True)
    call = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input",
        "--only-binary=:all:", "--platform", PLATFORM, "--python-version", PYTHON, "--implementation", "cp",
        "--abi", TAG, "--dest", str(folder), *arguments,
    ]  # fmt: skip
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    if done.returncode:
        raise KitError(f"pip download: {done.stderr.strip()[-1500:]}")


def resolve(
    roots: Sequence[Requirement], folder: Path, download: Callable[[Sequence[str], Path], None] = pip_download
) -> dict[str, Wheel]:
    """Wheels that the roots need on Windows, and no others. Asks again with what the markers of the host left out."""
    asked = [str(root) for root in roots if root.marker is None or root.marker.evaluate(ENVIRONMENT)]
    asked = [text.partition(";")[0].strip() for text in asked]
    for number in range(MOST_ROUNDS):
        here = folder / str(number)
        download(asked, here)
        wheels = read_folder(here)
        reached, unmet = walk(roots, wheels)
        if not unmet:
            return {name: wheels[name] for name in sorted(reached)}
        fresh = [str(requirement) for requirement in unmet if str(requirement) not in asked]
        if not fresh:
            raise KitError(f"asked for, and not there: {', '.join(map(str, unmet))}")
        asked += fresh
    raise KitError("the dependencies do not come to rest")


# ---- the lock -------------------------------------------------------------------------------------------------------


def lock_text(wheels: Iterable[Wheel]) -> str:
    """The lock file: one pin a line with the hash of its wheel."""
    lines = [
        f"# Wheels of the Windows kit: {PLATFORM}, CPython {PYTHON}. Written by `python scripts/kit.py --lock`; do not edit.",
        *(f"{wheel.name}=={wheel.version} --hash=sha256:{sha256_of(wheel.path)}" for wheel in wheels),
    ]
    return "\n".join(lines) + "\n"


def read_lock(path: Path) -> dict[str, Pin]:
    """Pins by name. KitError for a line that is no pin with a hash, or a name twice."""
    pins: dict[str, Pin] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        found = _PIN.fullmatch(line)
        if not found or canonicalize_name(found["name"]) in pins:
            raise KitError(f"{path.name}:{number}: one name==version --hash=sha256:… a line, each name once: {line}")
        name = canonicalize_name(found["name"])
        pins[name] = Pin(name, found["version"], frozenset(re.findall(r"sha256:(\w+)", found["hashes"])))
    return pins


def check_against_lock(wheels: dict[str, Wheel], pins: dict[str, Pin]) -> None:
    """KitError unless these are exactly the wheels of the lock, to the byte."""
    if wheels.keys() != pins.keys():
        raise KitError(f"wheels and lock differ: {', '.join(sorted(wheels.keys() ^ pins.keys()))}")
    for name, wheel in wheels.items():
        if wheel.version != pins[name].version:
            raise KitError(f"{wheel.path.name}: the lock has {name} {pins[name].version}")
        if sha256_of(wheel.path) not in pins[name].hashes:
            raise KitError(f"{wheel.path.name}: its sha256 is not the one of the lock")


# ---- unpacking ------------------------------------------------------------------------------------------------------


def unpack(wheel: Wheel, app: Path, prefix: Path) -> None:
    """Put a wheel's files where an installer would: libraries into `app`, its data scheme into `prefix`.

    Scripts and headers are not used on the PC. Every file is checked against RECORD; KitError where one differs,
    is not listed, leaves the folder, or would take another's place.
    https://packaging.python.org/en/latest/specifications/binary-distribution-format/
    """
    with zipfile.ZipFile(wheel.path) as package:
        info = info_folder(package)
        record = _record(package, info)
        data = f"{info.removesuffix('.dist-info')}.data/"
        for entry in package.infolist():
            if entry.is_dir():
                continue
            content = package.read(entry)
            if entry.filename != f"{info}/RECORD":
                _check_record(wheel, entry.filename, content, record)
            place = _place(wheel, entry.filename, data)
            if place is None or LEFT_OUT.match(entry.filename):
                continue
            scheme, inside = place
            target = (prefix if scheme == "data" else app) / inside
            if target.exists():
                raise KitError(f"{wheel.path.name}: {inside} is there already")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def _record(package: zipfile.ZipFile, info: str) -> dict[str, str]:
    rows = csv.reader(io.StringIO(package.read(f"{info}/RECORD").decode("utf-8")))
    return {row[0]: row[1] for row in rows if row}


def _check_record(wheel: Wheel, name: str, content: bytes, record: dict[str, str]) -> None:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    if record.get(name) != f"sha256={digest}":
        raise KitError(f"{wheel.path.name}: {name} is not what RECORD says")


def _place(wheel: Wheel, name: str, data: str) -> tuple[str, str] | None:
    """(scheme, path in it) of a file; None for what is not used."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise KitError(f"{wheel.path.name}: {name} leaves its folder")
    if name.startswith(data):
        scheme, _, inside = name.removeprefix(data).partition("/")
        if scheme in {"scripts", "headers"}:
            return None
        if scheme not in {"purelib", "platlib", "data"} or not inside:
            raise KitError(f"{wheel.path.name}: unknown scheme {scheme}")
        name = inside
    else:
        scheme = "platlib"
    if name.endswith(".pth") and "/" not in name and name not in KNOWN_PTH:
        raise KitError(f"{wheel.path.name}: {name} would not be read on the PC: see KNOWN_PTH")
    return scheme, name
