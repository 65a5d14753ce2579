"""`python -m benchmarks.seeded`: prints recall, precision and false alarms; `--write` puts them into docs/quality.*.md."""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import sys
import time
from pathlib import Path

from benchmarks.seeded import tables
from benchmarks.seeded.faults import APART, KINDS
from benchmarks.seeded.measure import Alarms, Outcome, measure

EACH = 20
PAGES = {lang: Path(__file__).parents[2] / "docs" / name for lang, name in (("en", "quality.md"), ("zh", "quality.zh-CN.md"))}


def main() -> None:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seeded", description=__doc__)
    parser.add_argument("--each", type=int, default=EACH, help="faults of every kind at every spread")
    parser.add_argument("--tuning", action="store_true", help="on the seeds for tuning, not on those held apart")
    parser.add_argument("--kinds", nargs="*", default=[*KINDS, *APART], help="only these kinds")
    parser.add_argument("--missed", action="store_true", help="list what was not found")
    parser.add_argument("--write", action="store_true", help="put the tables into the pages of docs/")
    call = parser.parse_args()
    start = time.monotonic()
    outcomes: list[Outcome] = []
    alarms: list[Alarms] = []
    for found in measure(call.kinds, call.each, held_apart=not call.tuning):
        if isinstance(found, Alarms):
            alarms.append(found)
            continue
        outcomes.append(found)
        if call.missed and not found.found:
            print(f"{found.seed} {found.spread} {found.fault.kind}: {found.fault.words} {found.codes}", file=sys.stderr, flush=True)
    seconds = time.monotonic() - start
    arguments = "".join(f" {word}" for word in sys.argv[1:] if word not in {"--write", "--missed"})
    run = tables.Run(
        command=f"python -m benchmarks.seeded{arguments}",
        date=datetime.date.today().isoformat(),
        machine=(os.cpu_count() or 1, platform.machine(), platform.python_version()),
        seconds=seconds,
        held_apart=not call.tuning,
    )
    print(tables.page(run, outcomes, alarms, "en"))
    if call.write:
        for lang, path in PAGES.items():
            path.write_text(tables.replaced(path.read_text(encoding="utf-8"), tables.page(run, outcomes, alarms, lang)), encoding="utf-8")


if __name__ == "__main__":
    main()
