"""One table: what was measured, ours, the target, and the peers of the same run."""

from __future__ import annotations

import argparse
import datetime
import gc
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.blocks import blocks
from benchmarks.bombs import SMALL, slowest_refusal
from benchmarks.counties import inputs_only, with_template
from benchmarks.functions import ROWS, coefficients
from benchmarks.macros import MACRO_SCHOOLS, macro_seconds
from benchmarks.office import indicator_seconds
from benchmarks.peers import excel_model, soffice_convert
from benchmarks.plans import planned
from qbe_xl import assess

SCHOOLS, MANY = 75, 5000


def median(work: Callable[[], object], runs: int) -> float:
    """Median seconds of several runs after one that is not counted."""
    work()
    times = []
    for _ in range(runs):
        gc.collect()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def process(*arguments: str, runs: int = 7) -> float:
    """Median seconds of whole `qbe-xl` processes."""
    command = [sys.executable, "-m", "qbe_xl", *arguments]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return median(lambda: subprocess.run(command, capture_output=True, check=False, env=environment), runs)


def row(what: str, value: str, target: str) -> None:
    """One line of the table."""
    print(f"| {what} | {value} | {target} |", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer-seconds", type=float, default=300, help="give up on a peer after this long")
    limit: float = parser.parse_args().peer_seconds
    print(
        f"{datetime.date.today()}, Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n"
    )
    print("| what | measured | target |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        book = with_template(SCHOOLS, place / "county.xlsx")
        ours = median(lambda: assess(book), 15)
        row(
            f"one workbook, {SCHOOLS} schools, warm: preflight, read, checks, assessment",
            f"{ours * 1000:.0f} ms",
            "≤ 60 ms",
        )
        office = soffice_convert(book)
        if office is not None:
            office = statistics.median(
                [office, *(value for _ in range(2) if (value := soffice_convert(book)) is not None)]
            )
            row(
                "a cold `soffice --convert-to xlsx` of the same file",
                f"{office:.2f} s = {office / ours:.0f} ×",
                "≥ 8 ×",
            )
        model = excel_model(book, limit)
        shown = (
            f"more than {limit:.0f} s = more than {limit / ours:.0f} ×"
            if model is None
            else f"{model:.1f} s = {model / ours:.0f} ×"
        )
        row("`formulas.ExcelModel` calculating the same file's formulas", shown, "≥ 60 × (with blocks)")
        each, plan = blocks(SCHOOLS, place, median)
        row(
            f"the template's formulas as blocks, {SCHOOLS} schools in a template for 120, warm",
            f"{each * 1000:.0f} ms",
            "≤ 40 ms",
        )
        row("their plan, read from disk", f"{plan * 1000:.0f} ms", "≤ 20 ms")
        faster = f"more than {limit / each:.0f} ×" if model is None else f"{model / each:.0f} ×"
        row("blocks against `formulas.ExcelModel` on a template for 75", faster, "≥ 50 ×")
        cold = process("assess", str(book), "--json", str(place / "result.json"), "--quiet")
        row("`qbe-xl assess`, whole process, JSON only", f"{cold:.2f} s", "≤ 0.6 s")
        full = process("assess", str(book), "--out-dir", str(place / "out"), "--quiet")
        row("`qbe-xl assess`, whole process, with the results workbook", f"{full:.2f} s", "≤ 0.9 s")
        small, large = inputs_only(SCHOOLS, place / "small.xlsx"), inputs_only(MANY, place / "large.xlsx")
        per_small = median(lambda: assess(small), 9) / SCHOOLS
        per_large = median(lambda: assess(large), 3) / MANY
        text = f"{per_small * 1e6:.0f} → {per_large * 1e6:.0f} µs a school = {per_large / per_small:.2f} ×"
        row(f"growth, {SCHOOLS} → {MANY:,} schools", text, "≤ 1.2 ×")
        for engine, (first, again) in macro_seconds(place).items():
            text = f"{first:.2f} s; again {again:.2f} s"
            goal = "≤ 1.5 s" if engine == "openpyxl" else "≤ 5 s"
            row(f"the macro run_assessment, {MACRO_SCHOOLS} schools, in {engine}", text, goal)
    with tempfile.TemporaryDirectory() as folder:
        name, seconds, count = slowest_refusal(Path(folder))
    text = f"{seconds * 1000:.0f} ms ({name}, the slowest of {count})"
    row(f"hostile files of up to {SMALL >> 10} kB refused", text, "< 100 ms")
    ours_of, bare_of = coefficients()
    ours, bare = median(ours_of, 25), median(bare_of, 25)
    text = f"{ours * 1000:.1f} ms = {ours / bare:.2f} × numpy's {bare * 1000:.1f} ms"
    row(f"QBE_COEF over {ROWS:,} rows, against the same formula in bare numpy", text, "≤ 3 ×")

    for schools, wanted, goal in ((SCHOOLS, 0.001, "≤ 2 s, ≤ 0.1 %"), (500, 0.005, "≤ 30 s, ≤ 0.5 %")):
        for words, spread in (("no CV above its limit", 0.35), ("most CVs above", 0.5)):
            seconds, gap = planned(schools, spread, wanted)
            row(f"the cheapest plan, {schools} schools, {words}: time, gap", f"{seconds:.1f} s, {gap * 100:.2f} %", goal)

    cells, array = indicator_seconds()
    text = f"{cells:.2f} s against {array:.2f} s = {cells / array:.0f} ×"
    row("5,000 QBE_INDICATOR cells against one array call, in LibreOffice", text, "–")


if __name__ == "__main__":
    main()
