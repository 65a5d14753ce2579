"""Small files that unpack or expand to very much: how long until each is refused."""

from __future__ import annotations

import time
from pathlib import Path

from qbe_xl.safety import Refused, preflight

SMALL = 16 << 10  # bytes: "a few kB"
RUNS = 5


def slowest_refusal(place: Path) -> tuple[str, float, int]:
    """The slowest of the small hostile files that are refused: its kind, best seconds of some runs, how many there are.

    The kinds are those of the tests. RuntimeError where none is refused.
    """
    from tests.safety.hostile import KINDS

    found = []
    for kind in KINDS:
        if kind.suffix not in (".xlsx", ".xlsm"):
            continue
        data = kind.make()
        if len(data) > SMALL:
            continue
        path = place / f"{kind.name}{kind.suffix}"
        path.write_bytes(data)
        times = []
        for _ in range(RUNS):
            start = time.perf_counter()
            try:
                preflight(path)
            except Refused:
                times.append(time.perf_counter() - start)
        if times:
            found.append((min(times), kind.name))
    if not found:
        raise RuntimeError("no bomb was refused")
    seconds, name = max(found)
    return name, seconds, len(found)
