"""Reports with random damage: each is read or refused, and nothing else ever happens.

2,000 by default, 20,000 where QBE_SOAK is set or HYPOTHESIS_PROFILE is soak. A child reads many, so that most of the time
goes into reading; where one of them ends it, or takes too much, each is read alone to name it. Some go the whole way of a
submitted file, with a child of their own. What was found stands as a kind in `tests.safety.hostile`.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.counties import inputs_only, with_template
from qbe_xl.forms.child import prepare, read_all
from qbe_xl.safety.guarded import Guard, Limits, Task
from tests.paths import SAMPLES, SOAK
from tests.safety.fuzzing import many, outcome_of, written

ROUNDS = 20_000 if SOAK else 2_000
SLICES = 8  # so that two workers share them
BATCH = 50  # files a child
ALONE = 40  # every so many-th has a child of its own
SCHOOLS = 3
NEVER = {"QBE-FIL-013", "QBE-FIL-014", "QBE-FIL-015", "QBE-FIL-016"}  # time, memory, a dead child, a malformed answer


@pytest.fixture(scope="module")
def guard() -> Iterator[Guard]:
    with Guard(1, prepare=prepare) as kept:
        yield kept


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small reports, one of each make: what is damaged should be most of the file."""
    folder = tmp_path_factory.mktemp("originals")
    with_template(SCHOOLS, folder / "template.xlsx")
    inputs_only(SCHOOLS, folder / "inputs.xlsx")
    shutil.copy(SAMPLES / "collect" / "县级采集表.xlsx", folder / "collected.xlsx")
    return folder


def alone(seeds: range, originals: Path, folder: Path) -> None:
    """Each file with a child of its own."""
    with Guard(1, prepare=prepare) as guard:
        for outcome in read_all(written(seeds, originals, folder), None, guard):
            submission, name = outcome(), outcome.path.name  # ChildFailed: our own code broke, the worst find
            assert not NEVER & {finding.code for finding in submission.findings}, name
            outcome_of(submission, name)
            outcome.path.unlink()


@pytest.mark.parametrize("part", range(SLICES))
def test_damaged_reports_are_read_or_refused(part: int, originals: Path, tmp_path: Path, guard: Guard) -> None:
    seeds = range(part * ROUNDS // SLICES, (part + 1) * ROUNDS // SLICES)
    seconds = Limits().seconds
    batches = [range(first, min(first + BATCH, seeds.stop)) for first in range(seeds.start, seeds.stop, BATCH)]
    tasks = (  # written as they are asked for
        Task(([str(path) for path in written(batch, originals, tmp_path)], seconds), f"seeds {batch}", Limits(seconds=seconds * BATCH))
        for batch in batches
    )
    found: Counter[str] = Counter()
    for batch, outcome in zip(batches, guard.map(many, tasks), strict=True):
        if outcome.error is not None:
            alone(batch, originals, tmp_path)  # fails at the one that did it, by name
        found.update(outcome.result())
        for seed in batch:
            (tmp_path / f"seed-{seed}.xlsx").unlink(missing_ok=True)
    assert sum(found.values()) == len(seeds)
    # read, damaged as a package and damaged as XML: a slice without one of these tests less than it seems to
    assert {"county", "QBE-FIL-004", "QBE-FIL-007"} <= set(found) and found["county"] > len(seeds) / 10, found
    alone(seeds[::ALONE], originals, tmp_path)
