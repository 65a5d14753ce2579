"""Small wheels and a small embeddable Python, made on the spot for the tests of the kit."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.kit import EMBEDDED


def record_hash(data: bytes) -> str:
    """A hash as RECORD writes it."""
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def make_wheel(
    folder: Path,
    name: str,
    version: str = "1.0",
    requires: Sequence[str] = (),
    files: Mapping[str, bytes] | None = None,
    *,
    licence: str | None = "MIT",
    texts: Mapping[str, bytes] | None = None,
    record: Mapping[str, bytes] | None = None,
    tag: str = "py3-none-any",
) -> Path:
    """A wheel of these files; `texts` are licence files, `record` makes RECORD lie about some."""
    info = f"{name}-{version}.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"License-Expression: {licence}"] if licence else []
    lines += [f"Requires-Dist: {each}" for each in requires]
    parts = dict(files if files is not None else {f"{name}/__init__.py": b"x = 1\n"})
    parts |= {f"{info}/METADATA": "\n".join(lines).encode() + b"\n", f"{info}/WHEEL": b"Wheel-Version: 1.0\n"}
    parts |= {f"{info}/licenses/{file}": data for file, data in (texts or {"LICENSE": b"free\n"}).items()}
    rows = [f"{part},{record_hash((record or {}).get(part, data))},{len(data)}" for part, data in parts.items()]
    parts[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,"]).encode()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as package:
        for part, data in parts.items():
            package.writestr(zipfile.ZipInfo(part), data)
    return path


def make_embed(path: Path, names: Sequence[str] = EMBEDDED) -> Path:
    """An archive that has what the embeddable Python has, its own ._pth file among it."""
    with zipfile.ZipFile(path, "w") as package:
        for name in names:
            package.writestr(zipfile.ZipInfo(name), f"{name}\n")
        package.writestr(zipfile.ZipInfo("python311._pth"), "python311.zip\r\n.\r\n#import site\r\n")
    return path
