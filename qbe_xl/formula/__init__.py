"""Our templates' formulas as blocks: parsed by `formulas`, computed over whole columns, as Excel would."""

from qbe_xl.formula.binding import Bound
from qbe_xl.formula.cache import bound_plan
from qbe_xl.formula.evaluation import Result, evaluate
from qbe_xl.formula.values import CellValue, ErrorValue

__all__ = ["Bound", "CellValue", "ErrorValue", "Result", "bound_plan", "evaluate"]
