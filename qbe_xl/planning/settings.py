"""The thresholds of `planning.yaml`, read once."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from qbe_xl.core.numbers import Exact, exact
from qbe_xl.core.yamlio import loads

FILE = "planning.yaml"


@cache
def settings() -> dict[str, Any]:
    """The whole file as plain data."""
    text = resources.files("qbe_xl.planning").joinpath(FILE).read_text(encoding="utf-8")
    data: dict[str, Any] = loads(text, FILE).data
    return data


def tiny_share() -> Exact:
    """Below this part of the median number of pupils a school is tiny."""
    return exact(settings()["tiny_school"]["below_share_of_median"])


def drivers_shown() -> int:
    """How many schools are listed for each indicator."""
    return int(settings()["drivers"]["shown"])
