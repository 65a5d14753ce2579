"""Checks on classes: pupils, number of classes, the largest class and the classes over the limit agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from qbe_xl.checks.bands import bands
from qbe_xl.checks.registry import at, at_column, check
from qbe_xl.checks.schools import number
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import STAGE_NAMES
from qbe_xl.core.numbers import Exact
from qbe_xl.county import County, Row
from qbe_xl.standards import Edition, model


class Classes(NamedTuple):
    """One school's classes at one stage; None where a number is missing."""

    row: Row
    stage: str
    limit: Exact
    pupils: Exact
    classes: Exact
    largest: Exact | None
    over: Exact | None

    @property
    def possible(self) -> bool:
        """Whether the largest class and the number of classes can hold just these pupils."""
        if self.largest is None:
            return True
        return self.largest + self.classes - 1 <= self.pupils <= self.classes * self.largest

    @property
    def consistent(self) -> bool:
        """Whether largest class and classes over the limit agree (QBE-LOG-007, QBE-LOG-005)."""
        if self.over is None or self.over > self.classes:
            return False
        return self.largest is None or (self.largest > self.limit) == (self.over > 0)


def each(county: County, edition: Edition) -> Iterator[Classes]:
    """The classes of every school and stage that has pupils and classes."""
    for criterion in edition.file.criteria:
        if not isinstance(criterion, model.EachClass):
            continue
        for stage, limit in criterion.at_most.items():
            names = (f"pupils_{stage}", f"{criterion.classes}_{stage}")
            others = (f"{criterion.largest}_{stage}", f"{criterion.over}_{stage}")
            for row in county.schools:
                pupils, classes = row.number_of(names[0]), row.number_of(names[1])
                if pupils and classes:
                    yield Classes(
                        row, stage, limit, pupils, classes, row.number_of(others[0]), row.number_of(others[1])
                    )


@check("QBE-LOG-012")
def pupils_sit_in_classes(county: County, edition: Edition) -> Iterator[Finding]:
    """有学生就有班级。 Where there are pupils there are classes."""
    for row in county.schools:
        for stage in edition.stages:
            pupils = row.number_of(f"pupils_{stage}")
            if pupils and row.number_of(f"classes_{stage}") == 0:
                yield at("QBE-LOG-012", row, f"classes_{stage}", stage=STAGE_NAMES[stage], left=number(pupils))


@check("QBE-LOG-013")
def pupils_fit_classes(county: County, edition: Edition) -> Iterator[Finding]:
    """在校生数介于班级数与最大班额允许的上下限之间。 Pupils lie between what the classes and the largest class allow."""
    for found in each(county, edition):
        # a largest class above all pupils is a part above its whole
        if found.largest is None or found.possible or found.largest > found.pupils:
            continue
        finding = at(
            "QBE-LOG-013",
            found.row,
            f"largest_class_{found.stage}",
            stage=STAGE_NAMES[found.stage],
            left=number(found.pupils),
            classes=number(found.classes),
            largest=number(found.largest),
            low=number(found.largest + found.classes - 1),
            high=number(found.classes * found.largest),
        )
        other = found.row.place(f"classes_{found.stage}")
        yield replace(finding, also=(other.ref,) if other else ())


@check("QBE-LOG-014")
def averages_prove_over_size(county: County, edition: Edition) -> Iterator[Finding]:
    """平均班额证明的超标班都已报告。 Classes over the limit that averages prove are reported."""
    for found in each(county, edition):
        if found.over is None or not found.possible or not found.consistent:
            continue
        if found.largest is None and found.over:
            continue  # how many sit in them is not known
        room = found.over * (found.largest or 0) + (found.classes - found.over) * found.limit
        if found.pupils > room:
            yield _over("QBE-LOG-014", found, found.over, high=number(room))


@check("QBE-LOG-015")
def averages_exclude_over_size(county: County, edition: Edition) -> Iterator[Finding]:
    """平均班额容不下的超标班不应报告。 No more classes over the limit than the pupils can fill."""
    for found in each(county, edition):
        if not found.over or not found.possible or not found.consistent:
            continue
        first = found.largest if found.largest is not None else found.limit + 1
        needed = first + (found.over - 1) * (found.limit + 1) + (found.classes - found.over)
        if found.pupils < needed:
            yield _over("QBE-LOG-015", found, found.over, low=number(needed))


def _over(code: str, found: Classes, over: Exact, **bound: str) -> Finding:
    return at(
        code,
        found.row,
        f"over_classes_{found.stage}",
        stage=STAGE_NAMES[found.stage],
        left=number(found.pupils),
        over=number(over),
        limit=number(found.limit),
        **bound,
    )


@check("QBE-POL-008")
def class_sizes_are_counted(county: County, edition: Edition) -> Iterator[Finding]:
    """最大班额是实数，不是由平均数推算。 The largest class was counted, not estimated from the average."""
    asked = bands()["averages"]
    by_stage: dict[str, list[Classes]] = {}
    for found in each(county, edition):
        # where the average is whole, or there are few classes, the largest may well be the average
        if found.largest is not None and found.classes >= asked["classes"] and found.pupils % found.classes:
            by_stage.setdefault(found.stage, []).append(found)
    for stage, known in by_stage.items():
        averages = [c for c in known if c.largest == -(-c.pupils // c.classes)]
        if len(known) >= asked["least"] and len(averages) >= asked["share"] * len(known):
            yield at_column(
                "QBE-POL-008",
                [c.row for c in averages],
                f"largest_class_{stage}",
                stage=STAGE_NAMES[stage],
                total=len(known),
                count=len(averages),
            )
