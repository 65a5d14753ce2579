"""The report's sections, one module each; SECTIONS has them in order, each None where the report has nothing for it."""

from __future__ import annotations

from collections.abc import Callable

from qbe_xl.outputs.report.facts import Facts
from qbe_xl.outputs.report.model import Section
from qbe_xl.outputs.report.sections.basic import basic
from qbe_xl.outputs.report.sections.resources import all_units, resources

SECTIONS: tuple[Callable[[Facts], Section | None], ...] = (basic, resources, all_units)
