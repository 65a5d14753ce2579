"""Workbooks of all kinds, collected from other projects: whatever they hold, an answer comes and no exception.

Every tenth by default; all of them where QBE_SOAK is set or HYPOTHESIS_PROFILE is soak.
"""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from qbe_xl.forms import read
from qbe_xl.forms.child import prepare, read_all
from qbe_xl.forms.grid import Book
from qbe_xl.safety import Refused, preflight
from qbe_xl.safety.guarded import Guard
from tests.paths import CORPUS, SOAK, in_ci

EVERY = 1 if SOAK else 10
SPREADSHEETS = (".xlsx", ".xlsm", ".xltx", ".xls", ".xlsb", ".ods")


@pytest.fixture(scope="module")
def corpus() -> list[Path]:
    files = sorted(path for path in CORPUS.rglob("*") if path.suffix.lower() in SPREADSHEETS) if CORPUS.is_dir() else []
    if not files:
        message = f"the corpus is not there: {CORPUS.name} (set QBE_CORPUS)"
        pytest.fail(message) if in_ci() else pytest.skip(message)
    # the kinds side by side, so that each has its share
    return sorted(files, key=lambda path: (path.suffix.lower(), str(path)))[::EVERY]


@pytest.fixture(scope="module")
def guard() -> Iterator[Guard]:
    with Guard(2, prepare=prepare) as kept:
        yield kept


def test_nothing_escapes_from_reading(corpus: list[Path], guard: Guard, capsys: pytest.CaptureFixture[str]) -> None:
    found: dict[str, Counter[str]] = {}
    for outcome in read_all(corpus, None, guard):
        submission, name = outcome(), outcome.path.name
        assert submission.county is None, name  # none of them is one of our forms
        errors = [finding for finding in submission.findings if finding.severity == "error"]
        assert len(errors) == 1, name
        found.setdefault(outcome.path.suffix.lower(), Counter())[errors[0].code] += 1
        for lang in ("zh", "en"):
            assert all(finding.sentence(lang) for finding in submission.findings)  # type: ignore[arg-type]
    with capsys.disabled():
        for suffix, codes in sorted(found.items()):
            print(f"\n{suffix}: {', '.join(f'{code} {count}' for code, count in sorted(codes.items()))}", end="")
    together = sum(found.values(), Counter())
    assert sum(together.values()) == len(corpus)
    assert {"QBE-STR-001", "QBE-FIL-007"} <= set(together)
    if importlib.util.find_spec("python_calamine") is not None:
        assert found[".xls"]["QBE-STR-001"] > 0 and found[".xlsb"]["QBE-STR-001"] > 0
    assert together["QBE-FIL-013"] == 0  # none takes longer than it may


def test_what_is_read_in_a_child_is_what_is_read_here(corpus: list[Path], guard: Guard) -> None:
    ours = [path for path in corpus if path.suffix.lower() == ".xlsx"][:: 1 if SOAK else 4]
    for outcome in read_all(ours, None, guard):
        assert outcome() == read(outcome.path), outcome.path.name


def test_every_sheet_that_passes_preflight_can_be_read_or_is_refused(corpus: list[Path]) -> None:
    read_sheets = 0
    for path in corpus:
        try:
            package = preflight(path)
            with Book(package) as book:
                for sheet in book.sheets:
                    grid = book.grid(sheet.name)
                    read_sheets += len(grid.merges) >= 0 and len(grid.formulas) >= 0
        except Refused as refused:
            assert refused.code.startswith("QBE-FIL-"), path.name
    assert read_sheets > 300 / EVERY
