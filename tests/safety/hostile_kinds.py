"""The registry of kinds of hostile files; the kinds stand in `hostile_packages` and `hostile_formats`."""

# fmt: off

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

COUNTY = "county"  # the file is read and nothing of it is lost
STRANGE = "QBE-STR-001"  # sound enough to be read, but no form of ours
KIND, PASSWORD, DAMAGED, STRICT, OTHER, BOUNDS, DIED = (
    "QBE-FIL-004", "QBE-FIL-006", "QBE-FIL-007", "QBE-FIL-008", "QBE-FIL-009", "QBE-FIL-010", "QBE-FIL-015",
)
MB = 1 << 20


@dataclass(frozen=True)
class Hostile:
    """A kind of hostile file: how it is made, its suffix, and the code (or COUNTY) that it ends in."""

    name: str
    make: Callable[[], bytes]
    ends: str
    suffix: str = ".xlsx"
    seconds: float = 20.0


KINDS: list[Hostile] = []


def kind(ends: str, suffix: str = ".xlsx") -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Registers a builder under its function's name."""

    def register(make: Callable[[], bytes]) -> Callable[[], bytes]:
        KINDS.append(Hostile(make.__name__, make, ends, suffix))
        return make

    return register


def several(name: str, ends: str, contents: Mapping[str, Callable[[], bytes]], suffix: str = ".xlsx") -> None:
    """Registers kinds that differ in one thing."""
    KINDS.extend(Hostile(f"{name}_{each}", make, ends, suffix) for each, make in contents.items())


LAUGHS = '<!DOCTYPE x [<!ENTITY a "lol">' + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)) + "]>"
