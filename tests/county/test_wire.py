"""A Submission on its way out of a child: nothing is lost, and what is none is not taken for one."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.county import County, Fact, FileInfo, Place, Row, Stated, Submission, Total
from qbe_xl.county.package import LiveSheets, Package
from qbe_xl.county.wire import WireError, from_plain, to_plain
from qbe_xl.forms import read
from tests.paths import SAMPLES


def there_and_back(submission: Submission) -> Submission:
    return from_plain(json.loads(json.dumps(to_plain(submission), allow_nan=False)), submission.file.name)


@pytest.mark.parametrize("path", [*sorted(SAMPLES.glob("*.xlsx")), SAMPLES / "collect"], ids=lambda path: path.name)
def test_samples_come_back_as_they_were(path: Path) -> None:
    submission = read(path, "qbe-collect-1" if path.is_dir() else None)
    found = there_and_back(submission)
    assert found == submission
    assert found.county is not None and submission.county is not None
    # equal is not enough for numbers: 1 == True and Fraction(2, 1) == 2
    kinds = [[type(value) for value in row.values.values()] for row in found.county.schools]
    assert kinds == [[type(value) for value in row.values.values()] for row in submission.county.schools]


texts = st.text(max_size=8)
values = st.one_of(st.none(), texts, st.integers(), st.fractions())
rows = st.builds(
    Row,
    st.dictionaries(texts, values, max_size=4),
    texts,
    st.integers(0, 10**6),
    st.dictionaries(texts, texts, max_size=3),
    st.dictionaries(texts, st.builds(Place, texts, texts, st.none() | texts), max_size=2),
    st.frozensets(texts, max_size=3),
    st.none() | texts,
)


@given(st.lists(rows, max_size=5), st.dictionaries(texts, values, max_size=4))
def test_any_county_comes_back_as_it_was(schools: list[Row], facts: dict[str, Any]) -> None:
    county = County(tuple(schools), {name: Fact(value, None) for name, value in facts.items()})
    finding = Finding("QBE-FIL-007", "学校", "A1", args={"file": "a", "problem": Text("甲", "a"), "n": Fraction(1, 3)})
    submission = Submission(FileInfo("a.xlsx", "0" * 64), None, county, (finding,))
    assert there_and_back(submission) == submission


def test_the_name_is_what_the_owner_says() -> None:
    assert from_plain(to_plain(Submission(FileInfo("evil"), None, None)), "a.xlsx").file.name == "a.xlsx"


def plain() -> list[Any]:
    return json.loads(json.dumps(to_plain(read(SAMPLES / "structures.xlsx"))))  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "data",
    [None, 1, "x", {}, [], [1, 2, 3], [[], None, None, []], [["a", "b", None, None, []], None, None, []]],
)
def test_what_is_no_submission_is_refused(data: object) -> None:
    with pytest.raises(WireError):
        from_plain(data, "a.xlsx")


@pytest.mark.parametrize(
    "finding",
    [
        ["QBE-XXX-001", None, None, None, {}, None, []],
        ["QBE-CAL-012", None, None, None, {"kind": "a", "problem": "b", "log": "c"}, None, []],
        ["QBE-FIL-007", None, None, None, {}, None, []],  # a placeholder is not filled
        ["QBE-FIL-007", None, None, None, {"file": [], "problem": "x"}, None, []],
        ["QBE-FIL-007", 1, None, None, {"file": "a", "problem": "x"}, None, []],
        ["QBE-FIL-007", None, None, None, {"file": "a", "problem": {"zh": "x"}}, None, []],
    ],
)
def test_findings_that_could_not_be_shown_are_refused(finding: list[Any]) -> None:
    with pytest.raises(WireError):
        from_plain([["a", None, None, None, []], None, None, [finding], [[], []], None], "a.xlsx")


@pytest.mark.parametrize(
    "number", [1.5, True, [1], [1, 0], [1, -2], [1, 2, 3], [True, 2], 1 << 5000, [1 << 5000, 3], {}]
)
def test_numbers_are_exact_and_of_bearable_size(number: object) -> None:
    county = [[[], []], {"x": [number, None, None, None]}, [[], []], {}, {}, [[[], []], []]]
    with pytest.raises(WireError, match="number"):
        from_plain([["a", None, None, None, []], None, county, [], [[], []], None], "a.xlsx")


def test_whatever_is_changed_it_is_a_submission_or_refused() -> None:
    """A child that was taken over may change anything: one place of the data at a time becomes something else."""
    original = plain()
    chance = random.Random(5)
    refused = 0
    for _ in range(400):
        data = copy.deepcopy(original)
        place: Any = data
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = chance.choice(keys)
            if isinstance(place[key], list | dict) and chance.random() < 0.85:
                place = place[key]
                continue
            place[key] = chance.choice((None, 0, -1, 1e300, "x", "{0}", [], {}, [[]], True))
            break
        try:
            from_plain(data, "a.xlsx")
        except WireError:
            refused += 1
    assert refused > 100


def test_every_field_of_the_model_travels() -> None:
    """Who adds a field to the model adds it to the wire (and here)."""
    travels = {
        Submission: {"file", "form", "county", "findings", "explanations", "package"},
        Package: {"noted", "form", "marked", "pinned", "live"},
        LiveSheets: {"lang", "variant", "formulas", "values", "missing", "damaged", "cut", "tables"},
        FileInfo: {"name", "sha256", "pinned_edition", "template_version", "hidden"},
        County: {"schools", "facts", "survey", "stated", "evidence", "totals"},
        Total: {"label", "row", "first", "last"},
        Row: {"values", "sheet", "number", "columns", "places", "unusable", "file"},
        Fact: {"value", "place", "evidence", "state"},
        Stated: {"value", "place"},
        Finding: {"code", "sheet", "range", "school", "args", "file", "also"},
    }
    for model, names in travels.items():
        # what answers a finding is found out here, after the child has gone
        assert {field.name for field in fields(model)} - {"explained"} == names, model.__name__
    assert Place._fields == ("sheet", "ref", "file")
