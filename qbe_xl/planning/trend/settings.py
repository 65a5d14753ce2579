"""The thresholds of `trend.yaml`, read once."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from qbe_xl.core.numbers import Exact, exact
from qbe_xl.core.yamlio import loads

FILE = "trend.yaml"


@cache
def settings() -> dict[str, Any]:
    """The whole file as plain data."""
    text = resources.files("qbe_xl.planning.trend").joinpath(FILE).read_text(encoding="utf-8")
    data: dict[str, Any] = loads(text, FILE).data
    return data


def rate_years() -> int:
    """How many years with data the present rate is taken from."""
    return int(settings()["rate"]["years"])


def horizon() -> int:
    """How many years ahead a warning looks."""
    return int(settings()["horizon"]["years"])


def worse_by(what: str) -> Exact:
    """From what rise on something counts as worse."""
    return exact(settings()["worse"][what])
