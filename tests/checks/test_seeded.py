"""A small run of the seeded errors, with lower bounds; the long run is `python -m benchmarks.seeded`."""

from __future__ import annotations

import pytest

from benchmarks.seeded import tables
from benchmarks.seeded.book import BLANK, Book, formula, inputs_of, number, text
from benchmarks.seeded.faults import KINDS, STRUCTURAL, Drawer, Fault
from benchmarks.seeded.measure import Alarms, Outcome, covers, findings_of, measure, points_at, seeds
from qbe_xl.core.findings import Finding
from tests.checks.clean_counties import FIRST_TEST_SEED, TUNING_SEEDS, clean_county

EACH = 4
SCHOOLS = "学校"


@pytest.mark.parametrize("spread", [0.35, None])
def test_seeded_errors_are_found(spread: float | None) -> None:
    found = list(measure(KINDS, EACH, held_apart=True, spreads=(spread,)))
    outcomes = [o for o in found if isinstance(o, Outcome)]
    alarms = [a for a in found if isinstance(a, Alarms)]
    assert len(outcomes) == EACH * len(KINDS)
    missed = {kind: sum(not o.found for o in outcomes if o.fault.kind == kind) for kind in KINDS}
    assert not any(missed[kind] for kind in (*STRUCTURAL, "sign")), missed
    assert missed["unit"] <= 1 and missed["shifted column"] <= 1 and missed["ten-fold"] <= 2, missed
    must, _ = tables.ten_fold(outcomes)
    assert sum(not o.codes for o in must) <= 1
    assert sum(len(a.codes) for a in alarms) <= len(alarms)
    every = sum(len(o.codes) for o in outcomes)
    assert sum(o.concerned for o in outcomes) >= 0.85 * every


def test_seeds_for_tuning_and_for_measuring_are_apart() -> None:
    counties = 40
    tuning = {seed for spread in range(5) for seed in seeds(False, spread, counties)}
    apart = [seed for spread in range(5) for seed in seeds(True, spread, 50)]
    assert tuning <= set(TUNING_SEEDS) and min(apart) == FIRST_TEST_SEED
    assert len(set(apart)) == len(apart)


@pytest.fixture(scope="module")
def book() -> Book:
    return inputs_of(clean_county(3))


@pytest.fixture(scope="module")
def drawer(book: Book, tmp_path_factory: pytest.TempPathFactory) -> Drawer:
    import random

    county, findings = findings_of(book.changed({}), tmp_path_factory.mktemp("seeded"))
    assert not findings
    return Drawer(county, book, random.Random(1))


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_changes_what_it_says(kind: str, drawer: Drawer) -> None:
    for _ in range(20):
        fault = drawer.draw(kind)
        assert fault.kind == kind and fault.change
        assert any(drawer.book.content(*cell) != content for cell, content in fault.change.items())
        assert fault.level != "school" or fault.schools


def test_the_same_seed_gives_the_same_faults(drawer: Drawer) -> None:
    import random

    drawn = [[Drawer(drawer.county, drawer.book, random.Random(5)).draw(kind) for kind in KINDS] for _ in range(2)]
    assert drawn[0] == drawn[1]


def test_changed_cells_are_read(book: Book, drawer: Drawer, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A number, a text, a blank and a formula in the first school's row; nothing else differs."""
    row = drawer.county.schools[0]
    cells = {name: (SCHOOLS, f"{row.columns[name]}{row.number}") for name in ("teaching_area", "equipment_value", "charter", "multimedia_rooms")}
    change = dict(zip(cells.values(), (number(1234), text("<约 & 3>"), BLANK, formula("1+6", 7)), strict=True))
    county, findings = findings_of(book.changed(change), tmp_path_factory.mktemp("changed"))
    first = county.schools[0]
    assert [first.get(name) for name in cells] == [1234, None, None, 7]
    assert {f.code for f in findings} >= {"QBE-DAT-012", "QBE-CMP-001", "QBE-DAT-007"}
    assert county.schools[1:] == drawer.county.schools[1:]


@pytest.mark.parametrize(
    ("refs", "cell", "inside"),
    [
        ("B7", "B7", True),
        ("B7", "B8", False),
        ("B7:B9", "B8", True),
        ("B7:B9,D4", "D4", True),
        ("AA7:AC7", "AB7", True),
        ("AA7:AC7", "B7", False),
    ],
)
def test_what_a_reference_covers(refs: str, cell: str, inside: bool) -> None:
    assert covers(SCHOOLS, refs, (SCHOOLS, cell)) is inside
    assert not covers("政府保障", refs, (SCHOOLS, cell))


def test_what_points_at_a_fault() -> None:
    fault = Fault("sign", "teaching_area", "school", {(SCHOOLS, "AK7"): number(-5)}, frozenset({"3100000002"}))
    assert points_at(Finding("QBE-DAT-002", SCHOOLS, "AK7"), fault)
    assert points_at(Finding("QBE-LOG-018", SCHOOLS, "B7", "3100000002"), fault)
    assert points_at(Finding("QBE-LOG-018", SCHOOLS, "B9", None, {}, None, ("AK7",)), fault)
    assert not points_at(Finding("QBE-CTY-002", "政府保障", "D7"), fault)


def test_tables_stand_between_the_markers() -> None:
    page = f"before\n{tables.BEGIN}\nold\n{tables.END}\nafter"
    assert tables.replaced(page, "new") == f"before\n{tables.BEGIN}\nnew\n{tables.END}\nafter"
    with pytest.raises(ValueError, match="markers"):
        tables.replaced("nothing", "new")
