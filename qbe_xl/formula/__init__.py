"""Our templates' formulas as blocks: parsed by `formulas`, computed over whole columns, as Excel would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["Bound", "CellValue", "ErrorValue", "Result", "bound_plan", "evaluate"]

if TYPE_CHECKING:
    from qbe_xl.formula.binding import Bound
    from qbe_xl.formula.cache import bound_plan
    from qbe_xl.formula.evaluation import Result, evaluate
    from qbe_xl.formula.values import CellValue, ErrorValue

_HOMES = {
    "Bound": "qbe_xl.formula.binding",
    "CellValue": "qbe_xl.formula.values",
    "ErrorValue": "qbe_xl.formula.values",
    "Result": "qbe_xl.formula.evaluation",
    "bound_plan": "qbe_xl.formula.cache",
    "evaluate": "qbe_xl.formula.evaluation",
}


def __getattr__(name: str) -> Any:
    """Imported on first use: who only compares formulas needs no numpy."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'qbe_xl.formula' has no attribute {name!r}")
