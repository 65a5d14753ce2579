"""What became of schools that are no longer reported, from a file: a list of its own, or a scenario's mergers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qbe_xl.core.errors import QbeError
from qbe_xl.core.yamlio import load
from qbe_xl.planning.changes import Close, Merge
from qbe_xl.planning.scenario import read_scenarios


def read_successors(path: Path | str) -> dict[str, str | None]:
    """Each school that ended, by code or name: which one took it in, None where it was closed.

    The file has `schools: [{from: S4, to: S1}, {from: S5, closed: true}]`, or is a scenario file, of which mergers and
    closures count (a closed school's items pass to the school that receives the largest share). QbeError QBE-PLN-201.
    """
    located = load(path)
    data = located.data
    if isinstance(data, dict) and "scenarios" in data:
        return _of_scenarios(path)
    rows = data.get("schools") if isinstance(data, dict) else None
    if not isinstance(rows, list) or set(data) != {"schools"}:
        raise _wrong(located.name, 1)
    found: dict[str, str | None] = {}
    for n, row in enumerate(rows):
        line = located.line(("schools", n))
        if not isinstance(row, dict) or "from" not in row or set(row) not in ({"from", "to"}, {"from", "closed"}):
            raise _wrong(located.name, line)
        if row.get("closed", True) is not True:
            raise _wrong(located.name, line)
        found[_name(row["from"], located.name, line)] = _name(row["to"], located.name, line) if "to" in row else None
    return found


def _of_scenarios(path: Path | str) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for scenario in read_scenarios(path):
        for action in scenario.actions:
            if isinstance(action, Merge):
                found |= dict.fromkeys(action.schools[1:], action.schools[0])
            elif isinstance(action, Close):
                found[action.school] = max(action.to, key=lambda name: action.to[name], default=None)
    return found


def _name(value: Any, file: str, line: int) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise _wrong(file, line)
    return str(value)


def _wrong(file: str, line: int) -> QbeError:
    return QbeError("QBE-PLN-201", file=file, line=line)
