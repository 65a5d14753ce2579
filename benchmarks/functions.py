"""QBE_COEF over a million rows, against the same formula in bare numpy in the same run."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

ROWS = 1_000_000


def coefficients(rows: int = ROWS, seed: int = 1) -> tuple[Callable[[], float], Callable[[], float]]:
    """Ours and numpy's, over the same made-up values and pupils; ValueError where they differ beyond 1e-12."""
    from qbe_xl.functions import QBE_COEF

    rng = np.random.default_rng(seed)
    x, p = rng.uniform(1, 20, rows), rng.integers(20, 2000, rows).astype(np.float64)

    def ours() -> float:
        return float(QBE_COEF(x, p))

    def bare() -> float:
        return _bare(x, p)

    if abs(ours() / bare() - 1) > 1e-12:
        raise ValueError(f"{ours()} is not {bare()}")
    return ours, bare


def _bare(x: NDArray[np.float64], p: NDArray[np.float64]) -> float:
    mean = (p * x).sum() / p.sum()
    return float(np.sqrt((p * (x - mean) ** 2).sum() / p.sum()) / mean)
