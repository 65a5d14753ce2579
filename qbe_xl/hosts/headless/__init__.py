"""Workbooks without a spreadsheet program: recalculation of our templates."""

from qbe_xl.hosts.headless.recalculation import Difference, Recalculation, recalculate

__all__ = ["Difference", "Recalculation", "recalculate"]
