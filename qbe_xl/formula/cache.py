"""Plans kept on disk, so that a template is worked out once on a machine.

A file is one line about itself, then the plan as JSON. What is corrupt, foreign, old or of another template is passed
over and written anew; nothing in such a file is ever run.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from qbe_xl import __version__
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Lang
from qbe_xl.formula.binding import Bound, InvalidPlan, bind
from qbe_xl.formula.syntax import FORMAT, Plan
from qbe_xl.safety import save_atomically
from qbe_xl.standards import Edition

LARGEST = 64 << 20  # bytes of a plan's file
FOLDER_VARIABLE = "QBE_CACHE_DIR"


def bound_plan(
    edition: Edition, lang: Lang = "zh", schools: int = 120, more_rows: int = 0, folder: Path | None = None
) -> Bound:
    """The plan of a template, ready to run: from this process, from disk, or worked out and kept.

    `more_rows`: how many rows more (or fewer) than the template's the table of schools has. QbeError QBE-CAL-004 for a
    number of schools out of range. A cache that cannot be written is no error.
    """
    place = folder or cache_folder()
    return _bound(edition.digest, lang, schools, more_rows, place, _Same(edition))


class _Same:
    """An edition that goes along without being part of the key: its digest is."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=8)
def _bound(digest: str, lang: Lang, schools: int, more_rows: int, folder: Path | None, edition: _Same) -> Bound:
    key = plan_key(digest, lang, schools)
    file = folder / f"plan-{key[:32]}.json" if folder else None
    plan = load(file, key) if file else None
    if plan is not None:
        try:
            return bind(plan, more_rows)
        except InvalidPlan:
            pass  # written by somebody else: made anew below
    from qbe_xl.forms.template import Template
    from qbe_xl.formula.plan import make_plan

    plan = make_plan(Template(edition.edition, lang, schools))
    if file:
        save(file, key, plan)
    return bind(plan, more_rows)


def plan_key(digest: str, lang: Lang, schools: int) -> str:
    """What a plan is kept under: the rules, the language, the size, and the program that made it."""
    parts = [str(FORMAT), __version__, _program(), digest, lang, str(schools)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@lru_cache(maxsize=1)
def _program() -> str:
    """A digest of what templates and plans are made by: a change in one of these files makes other plans."""
    found = hashlib.sha256()
    root = resources.files("qbe_xl")
    for name in (
        "core/fields.yaml",
        "core/languages.py",
        "core/fields.py",
        "core/expressions.py",
        "forms/qbe-county-1.yaml",
    ):
        found.update(root.joinpath(name).read_bytes())
    for name in ("forms/template", "formula"):
        for file in sorted(_modules(root.joinpath(name)), key=lambda file: file.name):
            found.update(file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def _modules(folder: Traversable) -> list[Traversable]:
    return [file for file in folder.iterdir() if file.name.endswith(".py")]


def cache_folder() -> Path | None:
    """Where plans are kept: QBE_CACHE_DIR, else the user's own folder for such files; None where there is none."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local) / "qbe-xl" / "cache" if local else None
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "qbe-xl"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "qbe-xl"


def load(file: Path, key: str) -> Plan | None:
    """The plan in a file; None where there is none, or it is not the one that `key` names, whole and unchanged."""
    try:
        if file.stat().st_size > LARGEST:
            return None
        head, _, body = file.read_bytes().partition(b"\n")
        about = json.loads(head)
        if not isinstance(about, dict) or about.get("key") != key or about.get("sha256") != _digest(body):
            return None
        plan: Any = json.loads(body)
    except (OSError, RecursionError, ValueError):
        return None
    return plan if isinstance(plan, dict) else None


def save(file: Path, key: str, plan: Plan) -> None:
    """Keep a plan; silently not, where the folder cannot be written."""
    body = json.dumps(plan, ensure_ascii=False, separators=(",", ":")).encode()
    head = json.dumps({"qbe-xl": __version__, "format": FORMAT, "key": key, "sha256": _digest(body)}).encode()
    with contextlib.suppress(OSError, QbeError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        save_atomically(file, head + b"\n" + body)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
