"""Calls of the worksheet functions in the variant of the template for those who have the add-in.

Each stands where the template has native formulas of its own and gives the same value: the functions are asked only where
no figure is missing, for there they would answer an error and the sheet shows what is known.
"""

from __future__ import annotations

from qbe_xl.core.languages import STAGE_NAMES
from qbe_xl.forms.template.cells import text
from qbe_xl.forms.template.layout import Layout
from qbe_xl.standards import DEFAULT_EDITION, known_editions, load_edition

VARIANT = "functions"


def gives_words(layout: Layout) -> bool:
    """Whether statuses come from functions: they answer in Chinese, and know the shipped editions only."""
    edition = layout.edition
    if not layout.functions or layout.lang != "zh" or edition.id not in known_editions():
        return False
    rule = load_edition(DEFAULT_EDITION).file.resource_rule
    return bool(edition.file.resource_rule.met_at_least == rule.met_at_least)  # QBE_VERDICT goes by the national one


def status(layout: Layout, indicator: str, stage: str, amount: str, pupils: str) -> str:
    """达标, 可作余项 or 不达标 of one value."""
    edition = "" if layout.edition.id == DEFAULT_EDITION else f",{text(layout.edition.id)}"
    return f"QBE_STATUS({text(indicator)},{text(STAGE_NAMES[stage].zh)},{amount},{pupils}{edition})"


def where_known(counted: str, known: str, native: str, call: str) -> str:
    """The call where as many values are known as count, the native formula over those known elsewhere."""
    return f"IF({known}<{counted},{native},{call})"
