"""Every value of the result of one county, and of each single change of it, is as kept."""

from __future__ import annotations

import difflib

import pytest

from tests.assessment import ledger


@pytest.mark.parametrize("section", ledger.SECTIONS)
def test_every_value_is_as_kept(section: str) -> None:
    """Where a change is meant: `python -m tests.assessment.ledger`, and read the difference."""
    found, kept = ledger.lines(section), ledger.expected()[section]
    assert found == kept, "\n".join(difflib.unified_diff(kept, found, "kept", "found", lineterm="", n=0))
