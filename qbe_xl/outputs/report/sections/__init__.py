"""The report's sections, one module each; SECTIONS has them in order, each None where the report has nothing for it."""

from __future__ import annotations

from collections.abc import Callable

from qbe_xl.outputs.report.facts import Facts
from qbe_xl.outputs.report.model import Section
from qbe_xl.outputs.report.sections.basic import basic
from qbe_xl.outputs.report.sections.evidence import evidence
from qbe_xl.outputs.report.sections.gaps import gaps
from qbe_xl.outputs.report.sections.groups import government, quality, recognition, vetoes
from qbe_xl.outputs.report.sections.ledger import ledger
from qbe_xl.outputs.report.sections.plan import plan
from qbe_xl.outputs.report.sections.problems import problems
from qbe_xl.outputs.report.sections.resources import all_units, resources
from qbe_xl.outputs.report.sections.trend import trend

SECTIONS: tuple[Callable[[Facts], Section | None], ...] = (
    basic, resources, government, quality, recognition, vetoes, problems, gaps, plan, ledger, trend, evidence, all_units,
)  # fmt: skip
