"""Pieces of formulas over the table of schools: a field of one school, merged with its campuses, or missing."""

from __future__ import annotations

from collections.abc import Callable

from qbe_xl.core.expressions import Expression
from qbe_xl.core.fields import field_of
from qbe_xl.forms.template import words
from qbe_xl.forms.template.cells import any_in, any_of, text
from qbe_xl.forms.template.layout import Layout
from qbe_xl.standards import STAGES_OF_TYPE


class MergedFields:
    """`ref` gives the cells code, type and campuses of a row as seen from the sheet that the formula stands in.

    Both live sheets count their rows in column A, and row k takes the k-th row of the table of schools.
    """

    def __init__(self, layout: Layout, ref: Callable[[str, int], str]) -> None:
        self.layout, self.lang, self.ref = layout, layout.lang, ref
        self.types = {c.id: c.name[self.lang] for c in field_of("school_type").choices}

    def own(self, field: str, row: int) -> str:
        """The school's own cell of a field."""
        return f"INDEX({self.layout.span(field)},$A{row}+1)"

    def types_with(self, stage: str) -> list[str]:
        """The names of the types of school that have a stage."""
        return [name for type_id, name in self.types.items() if stage in STAGES_OF_TYPE[type_id]]

    def names_of(self, types: tuple[str, ...]) -> list[str]:
        """Type ids as they stand in cells."""
        return [self.types[type_id] for type_id in types]

    def campus_rows(self, row: int) -> str:
        """For each row of the table 1 if it is a campus of this row's school, else 0: an array."""
        main, counted = self.layout.span("main_school"), self.layout.span("counted")
        return f'({main}&""={self.ref("code", row)})*({counted}={text(words.NO[self.lang])})'

    def has_stage(self, stage: str, row: int) -> str:
        """Whether this row by itself has a stage: pupils reported, or implied by its type where they are blank."""
        own = self.own(f"pupils_{stage}", row)
        return f"IF(ISNUMBER({own}),{own}>0,{any_of(self.ref('type', row), self.types_with(stage))})"

    def _stage_array(self, stage: str) -> str:
        pupils, types = self.layout.span(f"pupils_{stage}"), self.layout.span("school_type")
        implied = f"(1-ISNUMBER({pupils}))*{any_in(types, self.types_with(stage))}"
        return f"(({implied}+ISNUMBER({pupils})*({pupils}>0))>0)"

    def missing(self, field: str, row: int) -> str:
        """Whether a merged field is missing: blank where it should not be, in the main row or a campus."""
        own, rows, range_ = self.own(field, row), self.campus_rows(row), self.layout.span(field)
        stage = field_of(field).stage
        blank = f"NOT(ISNUMBER({own}))"
        if stage is None:
            campus = f"SUMPRODUCT({rows}*(1-ISNUMBER({range_})))>0"
        else:
            blank = f"AND({blank},{self.has_stage(stage, row)})"
            campus = f"SUMPRODUCT({rows}*(1-ISNUMBER({range_}))*{self._stage_array(stage)})>0"
        return f"OR({blank},IF({self.ref('campuses', row)}>0,{campus},FALSE))"

    def merged(self, field: str, row: int) -> str:
        """The sum of a field over the school and its campuses."""
        own, rows, range_ = self.own(field, row), self.campus_rows(row), self.layout.span(field)
        return f"(IF(ISNUMBER({own}),{own},0)+IF({self.ref('campuses', row)}>0,SUMPRODUCT({rows}*1,{range_}),0))"

    def merged_value(self, formula: Expression, row: int) -> str:
        """A formula over merged fields, or the word for missing."""
        checks = ",".join(self.missing(name, row) for name in formula.names)
        value = formula.render(lambda name: self.merged(name, row))
        return f"IF(OR({checks}),{text(words.MISSING[self.lang])},{value})"
