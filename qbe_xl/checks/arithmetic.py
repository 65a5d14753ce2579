"""Checks on sums: parts that do not overlap add up to no more than their whole."""

from __future__ import annotations

from collections.abc import Iterator

from qbe_xl.checks.registry import at, at_fact, check
from qbe_xl.checks.schools import number
from qbe_xl.core.findings import Finding
from qbe_xl.county import County
from qbe_xl.standards import Edition, model


@check("QBE-ARI-005")
def migrants_add_up(county: County, edition: Edition) -> Iterator[Finding]:
    """公办就读与购买学位之和不超过符合条件的随迁子女。 Public and bought places together do not exceed those eligible."""
    first, second = county.number("migrant_public"), county.number("migrant_purchased")
    right = county.number("migrant_eligible")
    if first is None or second is None or not right:
        return
    # a part that is too large alone has a message of its own
    if first <= right and second <= right and first + second > right:
        yield at_fact(
            "QBE-ARI-005",
            county,
            "migrant_purchased",
            first=number(first),
            second=number(second),
            left=number(first + second),
            right=number(right),
        )


@check("QBE-ARI-006")
def rooms_by_area_fit_the_total(county: County, edition: Edition) -> Iterator[Finding]:
    """各面积段教室之和不超过总间数。 Rooms by area do not exceed all rooms."""
    for criterion in edition.file.criteria:
        if not isinstance(criterion, model.Rooms):
            continue
        for kind, room in criterion.rooms.items():
            bands = tuple(room.bands.values())
            for row in county.schools:
                total = row.number_of(f"{kind}_rooms")
                if total is None:
                    continue
                counts = [count for name in bands if (count := row.number_of(name)) is not None]
                # one band that is too large alone may have a message of its own
                if counts and sum(counts) > total and counts[0] <= total:
                    yield at(
                        "QBE-ARI-006",
                        row,
                        f"{kind}_rooms",
                        kind=room.name,
                        left=number(sum(counts)),
                        right=number(total),
                    )
