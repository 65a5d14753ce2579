"""The worksheet functions inside `formulas`: its parser and its ExcelModel know them as `QBE_COEF` and `_XLL.QBE_COEF`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from qbe_xl.functions import CellError, WorksheetFunction, registered, to_rows
from qbe_xl.hosts.names import normalised

PREFIXES = ("", "_XLL.")


class LeftOut(int):
    """What stands for an argument that was left out (`,,`): 0 for every function of `formulas`, absent for ours."""


_LEFT_OUT = LeftOut(0)


def register() -> tuple[str, ...]:
    """Makes all functions known to `formulas` in this process and returns the names; a second call changes nothing.

    `formulas` takes a left-out argument for the number 0; where it does, it now gets a 0 that can be told from a typed one.
    """
    from formulas.functions import get_functions, wrap_func
    from formulas.tokens.operand import Empty

    Empty.compile = staticmethod(lambda: _LEFT_OUT)
    known = get_functions()
    names = [f"{prefix}{name}" for name in registered() for prefix in PREFIXES]
    for prefix in PREFIXES:
        for name, function in registered().items():
            known[f"{prefix}{name}"] = wrap_func(hosted(function))
    return tuple(names)


def compiled(formula: str) -> Callable[..., Any]:
    """A formula compiled by `formulas.Parser`, our functions included, under whatever names they are stored.

    Its `inputs` are the references it wants, in order. What `formulas` raises for a text that is no formula comes
    through: give it formulas of our own only.
    """
    import formulas

    register()
    result: Callable[..., Any] = formulas.Parser().ast(normalised(formula))[1].compile()
    return result


def hosted(function: WorksheetFunction) -> Callable[..., Any]:
    """The function as `formulas` calls it: arrays of its own cells in, an array of its own cells out."""

    def call(*args: Any) -> Any:
        return given_back(function.call(*(taken(arg) for arg in args)))

    call.__name__ = function.name
    return call


def taken(value: Any) -> Any:
    """An argument of `formulas` as our functions take it: blanks as None, errors as CellError."""
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return taken(value.item())
        if value.dtype.kind in "fiub":
            return np.asarray(value)
        cells = np.empty(value.size, dtype=object)
        cells[:] = [taken(cell) for cell in np.asarray(value).ravel().tolist()]
        return cells.reshape(value.shape)
    if isinstance(value, LeftOut):
        return None
    kind = type(value).__name__  # its own classes of texts, told by name so that importing them can wait
    if kind == "XlError":
        return error_taken(str(value))
    return None if kind == "Token" else value


def error_taken(text: str) -> CellError:
    """An error of `formulas` by its text; those that only it knows count as #N/A (it is still fetching data)."""
    known = {error.value: error for error in CellError}
    return known.get(text, CellError.NA)


def given_back(answer: Any) -> Any:
    """An answer of ours as `formulas` wants it: a table of numbers, texts and its own errors."""
    from formulas.functions import Array
    from formulas.tokens.operand import Error

    rows = to_rows(answer)
    table = np.empty((len(rows), len(rows[0])), dtype=object)
    for i, row in enumerate(rows):
        table[i] = [Error.errors[cell.value] if isinstance(cell, CellError) else cell for cell in row]
    return table.view(Array)
