"""The template's formulas as blocks: how long a plan takes from disk, and one evaluation."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.counties import made_up
from qbe_xl.forms.grid import Book
from qbe_xl.forms.template import DEFAULT_SCHOOLS, write_template
from qbe_xl.formula import bound_plan, cache, evaluate
from qbe_xl.formula.binding import bind
from qbe_xl.safety import preflight
from qbe_xl.standards import DEFAULT_EDITION, load_edition

# in a process of its own: here so much is loaded that the garbage collector would be measured
FROM_CACHE = """
import statistics, sys, time
from pathlib import Path
from qbe_xl.formula import cache
from qbe_xl.formula.binding import bind
times = []
for _ in range(21):
    start = time.perf_counter()
    bind(cache.load(Path(sys.argv[1]), sys.argv[2]))
    times.append(time.perf_counter() - start)
print(statistics.median(times))
"""


def blocks(schools: int, place: Path, median: Callable[[Callable[[], object], int], float]) -> tuple[float, float]:
    """Seconds of one evaluation of a template for 120 schools that holds `schools`, and of a plan read from disk."""
    edition = load_edition(DEFAULT_EDITION)
    book = write_template(place / "roomy.xlsx", edition, "zh", DEFAULT_SCHOOLS, made_up(schools))
    folder = place / "plans"
    bound = bound_plan(edition, "zh", DEFAULT_SCHOOLS, folder=folder)
    with Book(preflight(book, sheets=False)) as opened:
        rows = {sheet.name: opened.grid(sheet.name).rows for sheet in bound.sheets if not sheet.live}
    each = median(lambda: evaluate(bound, rows), 25)
    (file,) = folder.iterdir()
    key = cache.plan_key(edition.digest, "zh", DEFAULT_SCHOOLS)
    plan = cache.load(file, key)
    if plan is None or len(bind(plan).steps) != len(bound.steps):
        raise RuntimeError("the plan was not kept")
    found = subprocess.run(
        [sys.executable, "-c", FROM_CACHE, str(file), key], capture_output=True, text=True, check=True
    )
    return each, float(found.stdout)
