"""Workbooks of all kinds, collected from other projects: whatever they hold, an answer comes and no exception."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from qbe_xl.forms import read
from qbe_xl.forms.grid import Book
from qbe_xl.safety import Refused, preflight
from tests.paths import ROOT

CORPUS = Path(os.environ.get("QBE_CORPUS", ROOT.parent / "shared" / "corpus"))


@pytest.fixture(scope="module")
def corpus() -> list[Path]:
    files = sorted(path for path in CORPUS.rglob("*") if path.is_file()) if CORPUS.is_dir() else []
    if not files:
        message = f"the corpus is not there: {CORPUS.name} (set QBE_CORPUS)"
        pytest.fail(message) if os.environ.get("CI") == "true" else pytest.skip(message)
    return files


def test_nothing_escapes_from_reading(corpus: list[Path]) -> None:
    found: Counter[str] = Counter()
    for path in corpus:
        submission = read(path)
        assert submission.county is None, path.name  # none of them is one of our forms
        assert len(submission.findings) == 1, path.name
        found[submission.findings[0].code] += 1
        for lang in ("zh", "en"):
            assert submission.findings[0].sentence(lang)
    assert {
        "QBE-STR-001",
        "QBE-FIL-005",
        "QBE-FIL-006",
        "QBE-FIL-007",
        "QBE-FIL-008",
        "QBE-FIL-009",
        "QBE-FIL-010",
    } <= set(found)


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
    assert read_sheets > 500
