"""Reading a file in a guarded child: what runs there, and what its owner makes of the outcome."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.county.model import FileInfo, Submission
from qbe_xl.county.wire import WireError, from_plain, to_plain
from qbe_xl.safety.guarded import Guard, Limits, Outcome, Task
from qbe_xl.safety.package import Refused
from qbe_xl.safety.preflight import MAX_FILE

_LOADED = ("qbe_xl.forms.front", "qbe_xl.forms.foreign", "openpyxl.cell._writer")


def prepare() -> None:
    """Load what reading needs, once for all children."""
    import_openpyxl()
    from importlib import import_module

    for module in _LOADED:
        import_module(module)
    from qbe_xl.core.messages import catalogue
    from qbe_xl.forms.front import known_forms

    catalogue()
    known_forms()


def import_openpyxl() -> None:
    """Import openpyxl without numpy, which it wants only to accept numpy's numbers in cells that it writes.

    That takes a third off the start of an assessment. Here openpyxl only reads; numpy itself stays importable.
    """
    if "openpyxl" in sys.modules or "numpy" in sys.modules:
        return
    sys.modules["numpy"] = None  # type: ignore[assignment]  # how Python marks a module that must not be imported
    try:
        import openpyxl  # noqa: F401
    finally:
        del sys.modules["numpy"]


def read_plain(path: str, form: str | None) -> list[Any]:
    """In the child: the Submission as plain data."""
    from qbe_xl.forms import read

    return to_plain(read(Path(path), form))


def read_guarded(path: Path | str, form: str | Path | None = None, guard: Guard | None = None) -> Submission:
    """As `qbe_xl.forms.read`, in a child: whatever the file does there, the outcome is a Submission.

    QbeError where `form` is wrong; ChildFailed where our own code broke in a way that is not foreseen.
    """
    if guard is None:
        with Guard(prepare=prepare) as own:
            return read_guarded(path, form, own)
    return next(read_all([Path(path)], form, guard))()


class Read:
    """A file's outcome; call it for the Submission, or the exception that `read_guarded` names."""

    def __init__(self, path: Path, form: str | None, outcome: Outcome) -> None:
        self.path = path
        self._form = form
        self._outcome = outcome

    def __call__(self) -> Submission:
        try:
            plain = self._outcome.result()
        except Refused as refused:
            return self._refused(refused)
        try:
            return from_plain(plain, self.path.name)
        except (WireError, RecursionError):
            problem = Text("回答不成形", "a malformed answer")
            return self._refused(Refused("QBE-FIL-016", file=self.path.name, problem=problem))

    def _refused(self, refused: Refused) -> Submission:
        finding = Finding(refused.code, args=refused.values)
        return Submission(FileInfo(self.path.name, _digest(self.path)), self._form, None, (finding,))


def _digest(path: Path) -> str | None:
    """The file's SHA-256, which its child did not live to tell."""
    try:
        if not path.is_file() or path.stat().st_size > MAX_FILE:
            return None
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def read_all(paths: Iterable[Path], form: str | Path | None, guard: Guard) -> Iterator[Read]:
    """Every file's outcome, in order; each as from `read_guarded`, but a few are worked on at a time."""
    listed = list(paths)
    named = None if form is None else str(form)
    tasks = (Task((str(path), named), path.name, limits_for(path, guard.limits)) for path in listed)
    for path, outcome in zip(listed, guard.map(read_plain, tasks), strict=True):
        yield Read(path, named, outcome)


def limits_for(path: Path, limits: Limits) -> Limits:
    """A folder of forms has the time of its files together."""
    try:
        files = sum(1 for _ in path.iterdir()) if path.is_dir() else 1
    except OSError:
        files = 1
    return limits if files <= 1 else replace(limits, seconds=limits.seconds * files)
