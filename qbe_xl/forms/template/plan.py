"""The template as a plan: its layout, and every live cell of every sheet. Needs no writer of workbooks."""

from __future__ import annotations

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Lang
from qbe_xl.forms.template.cells import LiveCell
from qbe_xl.forms.template.layout import DEFAULT_SCHOOLS, LIVE_FIRST_ROW, MAX_SCHOOLS, MIN_SCHOOLS, Layout
from qbe_xl.forms.template.live_result import CvSheet, ResultSheet, survey_cells
from qbe_xl.forms.template.live_schools import SchoolChecks
from qbe_xl.forms.template.live_units import UnitSheet
from qbe_xl.standards import Edition


class _FirstRow(Layout):
    """The layout whose tables of results have their first row only."""

    @property
    def live_rows(self) -> range:
        return range(LIVE_FIRST_ROW, LIVE_FIRST_ROW + 1)


class Template:
    """The whole template as a plan: the layout, and every live cell of every sheet.

    `functions`: the variant whose result sheets call the worksheet functions QBE_* where those replace native formulas.
    """

    def __init__(
        self, edition: Edition, lang: Lang = "zh", schools: int = DEFAULT_SCHOOLS, functions: bool = False
    ) -> None:
        if not MIN_SCHOOLS <= schools <= MAX_SCHOOLS:
            raise QbeError("QBE-CAL-004", value=schools, low=MIN_SCHOOLS, high=MAX_SCHOOLS)
        self._over(Layout(edition, lang, schools, functions))

    def _over(self, layout: Layout) -> None:
        self.layout = layout
        self.checks = SchoolChecks(self.layout)
        self.units = {stage: UnitSheet(self.layout, stage, self.checks) for stage in layout.edition.stages}
        self.cv = CvSheet(self.layout, self.units)
        self.result = ResultSheet(self.layout, self.checks, self.units, self.cv)

    def live_cells(self) -> list[LiveCell]:
        """Every formula cell, sheet by sheet."""
        cells = [*survey_cells(self.layout), *self.checks.cells()]
        for sheet in self.units.values():
            cells += sheet.cells()
        return [*cells, *self.cv.cells(), *self.result.cells()]

    def first_row_cells(self) -> list[LiveCell]:
        """As `live_cells`, but of the tables of results the first row alone, which the other rows repeat."""
        layout = self.layout
        short = Template.__new__(Template)
        short._over(_FirstRow(layout.edition, layout.lang, layout.capacity, layout.functions))
        return short.live_cells()
