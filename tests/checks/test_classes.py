"""Pupils, number of classes, the largest class and those over the limit: what fits, to the last pupil."""

from __future__ import annotations

from typing import Any

import pytest

from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.county import Row
from tests.checks.test_standing_out import cell, listed, run
from tests.counties import SHEET, school


def classes(pupils_: int, number: int | None, largest: int | None, over: int | None) -> list[Finding]:
    row = school("S1", pupils=pupils_, classes_primary=number, largest_class_primary=largest, over_classes_primary=over)
    return [f for n in range(12, 16) for f in run(f"QBE-LOG-{n:03d}", listed([row]))]


def class_finding(code: str, where: str, also: str | None = None, /, **args: str) -> Finding:
    given = {"stage": Text("小学", "Primary"), **args}
    return Finding(code, SHEET, cell(where, 1), "S1", given, also=(cell(also, 1),) if also else ())


def not_held(**args: str) -> Finding:
    return class_finding("QBE-LOG-013", "largest_class_primary", "classes_primary", **args)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ((400, 10, 40, 0), []),
        ((400, 10, 45, 0), []),
        ((400, 0, None, None), [class_finding("QBE-LOG-012", "classes_primary", left="400")]),
        ((400, None, 40, 0), []),
        # 10 classes of at most 39 hold 390; of at least 1 beside one of 392: 401
        ((400, 10, 39, 0), [not_held(left="400", classes="10", largest="39", low="48", high="390")]),
        ((400, 10, 392, 1), [not_held(left="400", classes="10", largest="392", low="401", high="3920")]),
        ((390, 10, 39, 0), []),
        ((401, 10, 392, 1), []),
        ((400, 10, 401, 1), []),  # more than all pupils: a part above its whole
        ((400, 10, None, 0), []),
        # 10 classes of at most 45 hold 450
        ((450, 10, None, 0), []),
        ((451, 10, None, 0), [class_finding("QBE-LOG-014", "over_classes_primary", left="451", over="0", limit="45", high="450")]),
        # one of 50 and nine of 45 hold 455
        ((455, 10, 50, 1), []),
        ((456, 10, 50, 1), [class_finding("QBE-LOG-014", "over_classes_primary", left="456", over="1", limit="45", high="455")]),
        ((456, 10, 50, None), []),
        ((456, 10, None, 1), []),  # how many sit in it is not known
        ((456, 10, 50, 0), []),  # a contradiction that is told by itself
        ((456, 10, 50, 11), []),  # so is this
        # two over the limit, the largest 50, the other at least 46, eight of at least 1: 104
        ((104, 10, 50, 2), []),
        ((103, 10, 50, 2), [class_finding("QBE-LOG-015", "over_classes_primary", left="103", over="2", limit="45", low="104")]),
        # without the largest: 46 + 46 + 8
        ((100, 10, None, 2), []),
        ((99, 10, None, 2), [class_finding("QBE-LOG-015", "over_classes_primary", left="99", over="2", limit="45", low="100")]),
        ((99, 10, 40, 2), []),  # a largest class that is within the limit: told by itself
        ((98, 10, 45, 2), []),
        ((460, 10, 46, 10), []),
        ((459, 10, 46, 10), [class_finding("QBE-LOG-015", "over_classes_primary", left="459", over="10", limit="45", low="460")]),
    ],
)  # fmt: skip
def test_what_classes_can_hold(given: tuple[int, int | None, int | None, int | None], found: list[Finding]) -> None:
    assert classes(*given) == found


def test_one_school_that_cannot_be_told_stops_no_other() -> None:
    rows = [
        school("S1", pupils=400, classes_primary=10, largest_class_primary=None, over_classes_primary=1),
        school("S2", pupils=400, classes_primary=10, largest_class_primary=None, over_classes_primary=None),
        school("S3", pupils=400, classes_primary=10, largest_class_primary=39, over_classes_primary=0),
        school("S4", pupils=0, classes_primary=10),
        school("S5", pupils=456, classes_primary=10, largest_class_primary=50, over_classes_primary=1),
        school("S6", pupils=103, classes_primary=10, largest_class_primary=50, over_classes_primary=2),
        school("S7", pupils=400, classes_primary=10, largest_class_primary=39, over_classes_primary=0),
    ]
    told = [(f.code, f.school) for n in (13, 14, 15) for f in run(f"QBE-LOG-{n:03d}", listed(rows))]
    assert told == [("QBE-LOG-013", "S3"), ("QBE-LOG-013", "S7"), ("QBE-LOG-014", "S5"), ("QBE-LOG-015", "S6")]


@pytest.mark.parametrize(
    ("equal", "n", "told"), [(12, 15, True), (11, 15, False), (12, 16, False), (13, 16, True), (14, 14, False)]
)
def test_largest_classes_that_are_averages(equal: int, n: int, told: bool) -> None:
    """Four in five of at least 15 schools: 12 of 15, 12.8 of 16. 101 pupils in 3 classes: 33.7 on average, 34 at least."""

    def make(i: int, **values: Any) -> Row:
        largest = 34 if i <= equal else 35
        return school(f"S{i}", pupils=101, classes_primary=3, **{"largest_class_primary": largest, **values})

    rows = [make(i) for i in range(1, n + 1)]
    # few classes, an average that is whole and a class that is not known do not count
    others = [
        school("S40", pupils=101, classes_primary=2, largest_class_primary=51),
        school("S41", pupils=102, classes_primary=3, largest_class_primary=34),
        make(42, largest_class_primary=None),
    ]
    letters = f"{cell('largest_class_primary', 1)}:{cell('largest_class_primary', equal)}"
    args = {"stage": Text("小学", "Primary"), "total": n, "count": equal}
    wanted = [Finding("QBE-POL-008", SHEET, letters, args=args)] if told else []
    assert run("QBE-POL-008", listed([*others, *rows])) == wanted
