"""Scenarios as people write them: a YAML file, or a sheet 情景 with one action a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact, exact
from qbe_xl.core.yamlio import Located, Path_, load, loads, nearest
from qbe_xl.county.model import Value
from qbe_xl.planning.changes import Action, Change, Close, Forecast, Merge, Move, Open, Split


@dataclass(frozen=True)
class Step:
    """One action and where it is written: `方案.yaml 第 7 行`, `情景!B4`."""

    action: Action
    where: Text


@dataclass(frozen=True)
class Scenario:
    """A named row of actions. `even`: where pupils change, classes are filled evenly; else their sizes are unknown."""

    name: str
    steps: tuple[Step, ...] = ()
    even: bool = False
    note: str = ""

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions alone."""
        return tuple(step.action for step in self.steps)


# Keys of an action by the word that it begins with, and which of them it must have.
ACTIONS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "change": (frozenset({"school", "set", "add", "times"}), frozenset()),
    "move": (frozenset({"from", "to"}), frozenset({"from", "to"})),
    "merge": (frozenset({"name", "type"}), frozenset()),
    "split": (frozenset({"code", "name", "type", "share", "amounts"}), frozenset({"code", "name"})),
    "open": (frozenset({"code", "type", "values"}), frozenset({"code", "type"})),
    "close": (frozenset({"to"}), frozenset()),
    "forecast": (frozenset({"stage", "area", "school"}), frozenset()),
    "pupils": (frozenset({"stage", "school"}), frozenset({"stage", "school"})),
}
_SCENARIO_KEYS = ("name", "note", "classes", "actions")
_CLASSES = {"even": True, "unknown": False}


def read_scenarios(path: Path | str) -> tuple[Scenario, ...]:
    """The scenarios of a YAML file; QbeError QBE-STD-… with file and line where it does not say what it should."""
    return _Yaml(load(path)).scenarios()


def parse_scenarios(text: str, name: str = "scenario.yaml") -> tuple[Scenario, ...]:
    """As `read_scenarios`, from a string; `name` stands in messages."""
    return _Yaml(loads(text, name)).scenarios()


class _Yaml:
    """Reads one file; every complaint names its line."""

    def __init__(self, located: Located) -> None:
        self.located = located

    def scenarios(self) -> tuple[Scenario, ...]:
        data = self._mapping(self.located.data, ())
        self._only(data, (), ("scenarios",))
        entries = self._need(data, (), "scenarios")
        if not isinstance(entries, list) or not entries:
            raise self._wrong(("scenarios",), Text("应为一列情景", "a list of scenarios is needed"))
        found: list[Scenario] = []
        for i, entry in enumerate(entries):
            scenario = self._scenario(entry, ("scenarios", i))
            if scenario.name in {other.name for other in found}:
                raise QbeError("QBE-STD-006", file=self.located.name, line=self._line(("scenarios", i)), key=scenario.name)
            found.append(scenario)
        return tuple(found)

    def _scenario(self, entry: Any, path: Path_) -> Scenario:
        data = self._mapping(entry, path)
        self._only(data, path, _SCENARIO_KEYS)
        name = self._text(self._need(data, path, "name"), (*path, "name"))
        classes = data.get("classes", "unknown")
        if classes not in _CLASSES:
            raise self._wrong((*path, "classes"), Text("应为 even 或 unknown", "even or unknown"))
        actions = data.get("actions") or []
        if not isinstance(actions, list):
            raise self._wrong((*path, "actions"), Text("应为一列操作", "a list of actions is needed"))
        steps = []
        for k, action in enumerate(actions):
            where = (*path, "actions", k)
            line = self._line(where)
            words = Text(f"{self.located.name} 第 {line} 行", f"{self.located.name}, line {line}")
            steps.append(Step(self._action(action, where), words))
        note = self._text(data["note"], (*path, "note")) if data.get("note") is not None else ""
        return Scenario(name, tuple(steps), _CLASSES[classes], note)

    def _action(self, entry: Any, path: Path_) -> Action:
        data = self._mapping(entry, path)
        kinds = [key for key in data if key in ACTIONS]
        kind = next((key for key in kinds if set(data) - {key} <= ACTIONS[key][0]), kinds[0] if kinds else None)
        if kind is None:
            first = next(iter(data), "")
            raise self._unknown(first, path, [*ACTIONS])
        allowed, needed = ACTIONS[kind]
        self._only(data, path, (kind, *allowed))
        for key in sorted(needed):
            self._need(data, path, key)
        made: Callable[[Mapping[str, Any], Path_], Action] = getattr(self, f"_{kind}")
        return made(data, path)

    def _change(self, data: Mapping[str, Any], path: Path_) -> Change:
        kinds = [key for key in ("set", "add", "times") if key in data]
        if len(kinds) != 1:
            raise self._wrong(path, Text("set、add、times 须且只须给出一个", "just one of set, add, times is needed"))
        kind, school = kinds[0], data.get("school")
        value = self._value(data[kind], (*path, kind), number=kind != "set")
        return Change(
            None if school is None else self._text(school, (*path, "school")),
            self._text(data["change"], (*path, "change")),
            "set" if kind == "set" else "add" if kind == "add" else "times",
            value,
        )

    def _move(self, data: Mapping[str, Any], path: Path_) -> Move:
        ends = [self._text(data[key], (*path, key)) for key in ("from", "to")]
        return Move(ends[0], ends[1], self._amounts(data["move"], (*path, "move")))

    def _merge(self, data: Mapping[str, Any], path: Path_) -> Merge:
        schools = data["merge"]
        if not isinstance(schools, list):
            raise self._wrong((*path, "merge"), Text("应为学校名单，如 [甲校, 乙校]", "a list of schools is needed"))
        names = tuple(self._text(s, (*path, "merge", i)) for i, s in enumerate(schools))
        return Merge(names, self._maybe(data, path, "name"), self._maybe(data, path, "type"))

    def _split(self, data: Mapping[str, Any], path: Path_) -> Split:
        share = data.get("share")
        return Split(
            self._text(data["split"], (*path, "split")),
            self._text(data["code"], (*path, "code")),
            self._text(data["name"], (*path, "name")),
            self._maybe(data, path, "type"),
            None if share is None else self._number(share, (*path, "share")),
            self._amounts(data.get("amounts") or {}, (*path, "amounts")),
        )

    def _open(self, data: Mapping[str, Any], path: Path_) -> Open:
        values = self._mapping(data.get("values") or {}, (*path, "values"))
        known = {name: self._value(value, (*path, "values", name)) for name, value in values.items()}
        words = [self._text(data[key], (*path, key)) for key in ("code", "open", "type")]
        return Open(words[0], words[1], words[2], known)

    def _close(self, data: Mapping[str, Any], path: Path_) -> Close:
        to = data.get("to")
        where = (*path, "to")
        shares: dict[str, Exact] = {}
        if isinstance(to, dict):
            shares = self._amounts(to, where)
        elif isinstance(to, list) and to:
            shares = {self._text(name, where): exact(1) for name in to}
            shares = {name: exact_share(len(shares)) for name in shares}
        elif to is not None and not isinstance(to, list):
            shares = {self._text(to, where): 1}
        return Close(self._text(data["close"], (*path, "close")), shares)

    def _forecast(self, data: Mapping[str, Any], path: Path_) -> Forecast:
        factor = self._number(data["forecast"], (*path, "forecast"))
        return Forecast(factor, None, *(self._maybe(data, path, key) for key in ("stage", "area", "school")))

    def _pupils(self, data: Mapping[str, Any], path: Path_) -> Forecast:
        number = self._number(data["pupils"], (*path, "pupils"))
        return Forecast(None, number, self._maybe(data, path, "stage"), None, self._maybe(data, path, "school"))

    # ---- parts

    def _line(self, path: Path_) -> int:
        return self.located.line(path)

    def _mapping(self, value: Any, path: Path_) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._wrong(path, Text("应为“键: 值”", "keys and values are needed"))
        return value

    def _only(self, data: Mapping[str, Any], path: Path_, allowed: tuple[str, ...]) -> None:
        for key in data:
            if key not in allowed:
                raise self._unknown(key, (*path, key), [*allowed])

    def _unknown(self, key: str, path: Path_, known: list[str]) -> QbeError:
        return QbeError(
            "QBE-STD-002", file=self.located.name, line=self._line(path), key=key, nearest=nearest(key, known)
        )

    def _need(self, data: Mapping[str, Any], path: Path_, key: str) -> Any:
        if data.get(key) is None:
            raise QbeError("QBE-STD-004", file=self.located.name, line=self._line(path), key=key)
        return data[key]

    def _wrong(self, path: Path_, problem: Text) -> QbeError:
        key = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
        return QbeError("QBE-STD-005", file=self.located.name, line=self._line(path), key=key, problem=problem)

    def _text(self, value: Any, path: Path_) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
            raise self._wrong(path, Text("应为文字", "a text is needed"))
        return str(value)

    def _maybe(self, data: Mapping[str, Any], path: Path_, key: str) -> str | None:
        return None if data.get(key) is None else self._text(data[key], (*path, key))

    def _number(self, value: Any, path: Path_) -> Exact:
        found = self._value(value, path, number=True)
        if found is None or isinstance(found, str):
            raise self._wrong(path, Text("应为数字", "a number is needed"))
        return found

    def _value(self, value: Any, path: Path_, number: bool = False) -> Value | None:
        if isinstance(value, bool):
            value = "yes" if value else "no"  # YAML reads an unquoted yes so
        if isinstance(value, str) and (found := percentage(value)) is not None:
            return found
        if number and (value is None or isinstance(value, str)):
            raise self._wrong(path, Text("应为数字", "a number is needed"))
        if isinstance(value, int | Decimal):
            return exact(value)
        if value is None or isinstance(value, str):
            return value
        raise self._wrong(path, Text("应为数字或文字", "a number or a text is needed"))

    def _amounts(self, value: Any, path: Path_) -> dict[str, Exact]:
        return {key: self._number(amount, (*path, key)) for key, amount in self._mapping(value, path).items()}


def percentage(text: str) -> Exact | None:
    """`95%` as 19/20; None where the text is no percentage."""
    head = text.strip().replace("％", "%")
    if not head.endswith("%"):
        return None
    try:
        return exact(Decimal(head[:-1].strip()) / 100)
    except (ValueError, ArithmeticError):
        return None


def exact_share(parts: int) -> Exact:
    """One of so many equal parts."""
    from fractions import Fraction

    from qbe_xl.core.numbers import tidy

    return tidy(Fraction(1, parts))
