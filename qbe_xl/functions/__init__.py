"""The QBE_* worksheet functions: pure, array in, array out, defined once; every host is derived from the registry.

    >>> from qbe_xl.functions import QBE_COEF
    >>> round(QBE_COEF([6.2, 3.7, 10.5], [45, 37, 89]), 6)
    0.360298

They take what cells hold: scalars, lists, numpy arrays, pandas' tables. Importing this package costs nothing; numpy comes
with the first function that is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = [
    "QBE_CHECK", "QBE_COEF", "QBE_COMPOSITE", "QBE_EXPLAIN", "QBE_GAP", "QBE_INDICATOR", "QBE_LIMIT", "QBE_MEAN",
    "QBE_MET", "QBE_RATE", "QBE_RECOGNITION", "QBE_RETENTION", "QBE_ROOMS", "QBE_SHARE", "QBE_SPLIT", "QBE_STATUS",
    "QBE_STD", "QBE_VERDICT", "Arg", "CellError", "Example", "WorksheetFunction", "evaluate", "registered",
    "set_current_table", "to_rows",
]  # fmt: skip

if TYPE_CHECKING:
    from qbe_xl.functions.check import check_school as QBE_CHECK
    from qbe_xl.functions.check import set_current_table
    from qbe_xl.functions.constants import evaluate
    from qbe_xl.functions.indicators import gap as QBE_GAP
    from qbe_xl.functions.indicators import indicator_status as QBE_STATUS
    from qbe_xl.functions.indicators import indicator_value as QBE_INDICATOR
    from qbe_xl.functions.indicators import limit as QBE_LIMIT
    from qbe_xl.functions.indicators import met as QBE_MET
    from qbe_xl.functions.rates import county_rate as QBE_RATE
    from qbe_xl.functions.rates import recognition as QBE_RECOGNITION
    from qbe_xl.functions.rates import retention as QBE_RETENTION
    from qbe_xl.functions.rates import rooms_needed as QBE_ROOMS
    from qbe_xl.functions.rates import split_amount as QBE_SPLIT
    from qbe_xl.functions.registry import Arg, Example, WorksheetFunction, registered
    from qbe_xl.functions.texts import explanation as QBE_EXPLAIN
    from qbe_xl.functions.texts import verdict as QBE_VERDICT
    from qbe_xl.functions.values import CellError, to_rows
    from qbe_xl.functions.variation import coefficient_of_variation as QBE_COEF
    from qbe_xl.functions.variation import composite_cv as QBE_COMPOSITE
    from qbe_xl.functions.variation import pooled_mean as QBE_MEAN
    from qbe_xl.functions.variation import share_of_variation as QBE_SHARE
    from qbe_xl.functions.variation import standard_deviation as QBE_STD

_HOMES = {
    "Arg": "registry", "Example": "registry", "WorksheetFunction": "registry", "registered": "registry",
    "CellError": "values", "to_rows": "values", "evaluate": "constants", "set_current_table": "check",
}  # fmt: skip
# Where each function stands and what it is called there: one is imported without the others.
_FUNCTIONS = {
    "QBE_COEF": "variation.coefficient_of_variation",
    "QBE_MEAN": "variation.pooled_mean",
    "QBE_STD": "variation.standard_deviation",
    "QBE_SHARE": "variation.share_of_variation",
    "QBE_COMPOSITE": "variation.composite_cv",
    "QBE_INDICATOR": "indicators.indicator_value",
    "QBE_LIMIT": "indicators.limit",
    "QBE_STATUS": "indicators.indicator_status",
    "QBE_MET": "indicators.met",
    "QBE_CHECK": "check.check_school",
    "QBE_GAP": "indicators.gap",
    "QBE_SPLIT": "rates.split_amount",
    "QBE_RETENTION": "rates.retention",
    "QBE_ROOMS": "rates.rooms_needed",
    "QBE_RATE": "rates.county_rate",
    "QBE_RECOGNITION": "rates.recognition",
    "QBE_EXPLAIN": "texts.explanation",
    "QBE_VERDICT": "texts.verdict",
}


def __getattr__(name: str) -> Any:
    """Imported on first use, so that `import qbe_xl.functions` costs nothing."""
    home, _, called = _FUNCTIONS.get(name, f"{_HOMES.get(name, '')}.{name}").partition(".")
    if not home:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), called)
