"""Every kind of hostile file ends in the code that its table names, within the limits, and costs no other file anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qbe_xl.assessment.run import assess_submission
from qbe_xl.forms import read
from qbe_xl.forms.child import prepare, read_guarded
from qbe_xl.safety.guarded import Guard, Limits
from tests.paths import SAMPLES
from tests.safety.hostile import COUNTY, KINDS, Hostile


@pytest.fixture(scope="module")
def guard() -> Iterator[Guard]:
    with Guard(prepare=prepare, limits=Limits()) as kept:
        yield kept


@pytest.mark.parametrize("hostile", KINDS, ids=lambda hostile: hostile.name)
def test_each_kind_ends_as_it_must(tmp_path: Path, guard: Guard, hostile: Hostile) -> None:
    path = tmp_path / f"{hostile.name}{hostile.suffix}"
    path.write_bytes(hostile.make())
    guard.limits = Limits(seconds=hostile.seconds)
    submission = read_guarded(path, guard=guard)
    errors = [finding.code for finding in submission.findings if finding.severity == "error"]
    if hostile.ends == COUNTY:
        assert submission.county is not None, errors
    else:
        assert (submission.county, errors) == (None, [hostile.ends])
    for finding in submission.findings:
        assert finding.sentence("zh") and finding.sentence("en")
    result = assess_submission(submission)
    assert result.to_json("zh").encode("utf-8")


def test_there_are_enough_kinds() -> None:
    assert len(KINDS) >= 160
    assert len({hostile.name for hostile in KINDS}) == len(KINDS)


@pytest.mark.parametrize("name", ["lying_dimension_huge", "lying_dimension_small", "lying_dimension_empty"])
def test_a_dimension_that_lies_loses_no_cell(tmp_path: Path, name: str) -> None:
    hostile = next(each for each in KINDS if each.name == name)
    path = tmp_path / "pass.xlsx"
    path.write_bytes(hostile.make())
    found, sound = read(path), read(SAMPLES / "pass.xlsx")
    assert found.county == sound.county
    assert replace(found, file=sound.file) == sound


def test_a_file_that_kills_its_child_costs_only_itself(tmp_path: Path, guard: Guard) -> None:
    deadly = next(each for each in KINDS if each.name == "xls_far_cell")
    (tmp_path / "a.xls").write_bytes(deadly.make())
    guard.limits = Limits()
    for _ in range(3):
        assert read_guarded(tmp_path / "a.xls", guard=guard).findings[0].code == "QBE-FIL-015"
        assert read_guarded(SAMPLES / "pass.xlsx", guard=guard) == read(SAMPLES / "pass.xlsx")
