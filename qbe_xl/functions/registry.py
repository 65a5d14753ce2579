"""The one registry of worksheet functions: names, help, arguments, examples; every host is derived from it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from qbe_xl.core.languages import Text
from qbe_xl.functions.values import Block, CellError, Stop, read

ArgType = Literal["number", "text"]
Shape = Literal["cell", "range", "any"]
Returns = Literal["number", "number_array", "text"]

# The order of the reference, of menus and of generated sources.
ORDER = (
    "QBE_COEF", "QBE_MEAN", "QBE_STD", "QBE_SHARE", "QBE_COMPOSITE", "QBE_INDICATOR", "QBE_LIMIT", "QBE_STATUS",
    "QBE_MET", "QBE_CHECK", "QBE_GAP", "QBE_SPLIT", "QBE_RETENTION", "QBE_ROOMS", "QBE_RATE", "QBE_RECOGNITION",
    "QBE_EXPLAIN", "QBE_VERDICT",
)  # fmt: skip


@dataclass(frozen=True)
class Arg:
    """One argument.

    name: an English identifier, as hosts show it. type: what its cells hold. shape: `cell` is one cell, `range` a range
    that is taken as a whole, `any` one cell or a range that is answered cell by cell. unit: 人、㎡ … where it has one.
    An optional argument that is left out is None in Python; a single blank cell means the same.
    """

    name: str
    zh: str
    en: str
    type: ArgType = "number"
    shape: Shape = "any"
    unit: str | None = None
    optional: bool = False

    @property
    def help(self) -> Text:
        """What it is, in both languages."""
        return Text(self.zh, self.en)


class Example(NamedTuple):
    """A formula with constants only, and its value: a number, a text, an error, or rows of these for an array."""

    formula: str
    value: float | str | CellError | tuple[tuple[float | str | CellError, ...], ...]


@dataclass(frozen=True)
class WorksheetFunction:
    """One worksheet function with everything a host needs.

    returns: `number` one number or an error; `number_array` an array of numbers and errors (one number where every
    argument is one cell, or where an optional argument picks one); `text` a text, never an error. broadcasts: answers
    cell by cell, so a range gives an array of the same shape. volatile is False for all: hosts must not recalculate
    without need.
    `call` is the function itself: it takes what cells hold, scalars, lists, numpy arrays or pandas' tables, and returns
    a float, a str, a `CellError` or a numpy array of these; it never raises for what cells hold and never returns NaN.
    """

    name: str
    title: Text
    help: Text
    args: tuple[Arg, ...]
    returns: Returns
    broadcasts: bool
    examples: tuple[Example, ...]
    call: Callable[..., Any] = field(repr=False, compare=False)
    volatile: bool = False

    @property
    def required(self) -> int:
        """How many arguments must be given."""
        return sum(not arg.optional for arg in self.args)

    @property
    def array(self) -> bool:
        """Whether it can give an array."""
        return self.broadcasts or self.returns == "number_array"

    @property
    def signature(self) -> str:
        """`QBE_COEF(values,[pupils])`."""
        return f"{self.name}({','.join(f'[{a.name}]' if a.optional else a.name for a in self.args)})"


_FUNCTIONS: dict[str, WorksheetFunction] = {}


def worksheet_function(
    name: str,
    *,
    zh: str,
    en: str,
    help_zh: str,
    help_en: str,
    args: Sequence[Arg],
    returns: Returns,
    examples: Sequence[tuple[str, Any]],
    broadcasts: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a function of `Block`s under its worksheet name; what it raises as Stop becomes its answer.

    zh, en: a short title. ValueError where the name is taken, is not in ORDER, an example is missing, an argument name
    is repeated, or an optional argument stands before one that is not.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        names = [arg.name for arg in args]
        if name in _FUNCTIONS:
            raise ValueError(f"{name} is registered twice")
        if name not in ORDER:
            raise ValueError(f"{name} has no place in ORDER")
        if not examples:
            raise ValueError(f"{name} has no example")
        if len(set(names)) != len(names) or sorted(args, key=lambda a: a.optional) != list(args):
            raise ValueError(f"{name}: argument names must differ, and optional ones stand last")

        @functools.wraps(function)
        def call(*given: Any, **named: Any) -> Any:
            if len(given) > len(names):
                raise TypeError(f"{name} takes {len(names)} arguments, not {len(given)}")
            values: dict[str, Any] = dict(zip(names, given, strict=False))
            for key, value in named.items():
                if key not in names or key in values:
                    raise TypeError(f"{name} has no argument {key!r}, or it is given twice")
                values[key] = value
            lacking = [arg.name for arg in args if not arg.optional and arg.name not in values]
            if lacking:
                raise TypeError(f"{name} needs {', '.join(lacking)}")
            try:
                blocks: list[Block] = [read(values.get(key)) for key in names]
                return function(*blocks)
            except Stop as stop:
                return str(stop.error) if returns == "text" else stop.error

        _FUNCTIONS[name] = WorksheetFunction(
            name, Text(zh, en), Text(help_zh, help_en), tuple(args), returns, broadcasts,
            tuple(Example(*example) for example in examples), call,
        )  # fmt: skip
        return call

    return register


def registered() -> dict[str, WorksheetFunction]:
    """Every worksheet function by its name, in the order of ORDER."""
    from qbe_xl.functions import check, indicators, rates, texts, variation  # noqa: F401  (each registers its own)

    return {name: _FUNCTIONS[name] for name in ORDER}
