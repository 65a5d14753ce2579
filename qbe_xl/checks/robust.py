"""Robust statistics in plain Python: what a few wrong values among many do not move."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_TO_SIGMA = 1.4826  # the median deviation of a normal distribution, as its standard deviation


def median(values: Sequence[float]) -> float:
    """The median; ValueError for no values."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


@dataclass(frozen=True)
class Centre:
    """Median and robust spread of the logarithms of positive values."""

    median: float
    spread: float

    def deviation(self, value: float) -> float:
        """How many robust deviations a positive value lies above (below: negative) the median."""
        return (math.log(value) - self.median) / self.spread

    @property
    def typical(self) -> float:
        """The median value itself."""
        return math.exp(self.median)


def centre(values: Sequence[float], least_spread: float) -> Centre:
    """The centre of positive values; the spread is the median deviation of logarithms, at least `least_spread`."""
    logs = [math.log(value) for value in values]
    middle = median(logs)
    return Centre(middle, max(least_spread, _TO_SIGMA * median([abs(x - middle) for x in logs])))
