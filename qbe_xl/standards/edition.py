"""An edition in force: its criteria by id, its limits, and the options that are switched on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from qbe_xl.core.errors import QbeError
from qbe_xl.core.fields import stages_of
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact
from qbe_xl.standards import model

# What a type of school implies about its stages; a blank where none is implied is no pupils, not missing.
STAGES_OF_TYPE: dict[str, tuple[str, ...]] = {
    "primary": ("primary",),
    "teaching_point": ("primary",),
    "junior": ("junior",),
    "nine_year": ("primary", "junior"),
    "complete_secondary": ("junior", "senior"),
    "twelve_year": ("primary", "junior", "senior"),
    "special": (),
    "vocational": (),
}


@dataclass(frozen=True)
class Edition:
    """The rules of one edition (with its overlay), exact, and the relaxations that are on."""

    file: model.EditionFile
    digest: str
    extends: str | None = None
    options: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Stable id, as in workbooks and results."""
        return self.file.id

    @property
    def name(self) -> Text:
        """Name in both languages."""
        name: Text = self.file.name
        return name

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages assessed: primary, junior."""
        return self.file.stages

    def with_options(self, options: tuple[str, ...]) -> Edition:
        """The same edition with more options on; QbeError QBE-STD-008 where one is unknown."""
        known = {option.id for option in self.file.options}
        for option in options:
            if option not in known:
                raise QbeError("QBE-STD-008", edition=self.id, option=option, known=", ".join(sorted(known)))
        return replace(self, options=tuple(sorted({*self.options, *options})))

    @cached_property
    def _by_id(self) -> dict[str, model.AnyCriterion]:
        return {criterion.id: criterion for criterion in self.file.criteria}

    def criterion(self, criterion_id: str) -> model.AnyCriterion:
        """The criterion with this id; KeyError where there is none."""
        return self._by_id[criterion_id]

    def __contains__(self, criterion_id: object) -> bool:
        return criterion_id in self._by_id

    def group(self, group: model.Group) -> Iterator[model.AnyCriterion]:
        """The criteria of a group, in order."""
        return (criterion for criterion in self.file.criteria if criterion.group == group)

    @cached_property
    def resources(self) -> tuple[model.Resource, ...]:
        """The seven indicators, in order."""
        return tuple(c for c in self.file.criteria if isinstance(c, model.Resource))

    def floor(self, indicator: model.Resource, stage: str) -> Exact:
        """The least value of an indicator that is allowed to miss its limit."""
        return Fraction(self.file.resource_rule.floor_share) * indicator.at_least[stage]  # type: ignore[index]

    def options_for(self, criterion_id: str) -> tuple[model.Option, ...]:
        """The options of a criterion that are on."""
        return tuple(o for o in self.file.options if o.criterion == criterion_id and o.id in self.options)

    def amount_fields(self, indicator: model.Resource, stage: str) -> tuple[str, ...]:
        """The school fields that an indicator's amount is made of at one stage."""
        return tuple(stage_field(name, stage) for name in indicator.amount.names)

    @property
    def conventions(self) -> tuple[str, ...]:
        """Ids of the conventions in force: rules on units and readings of criteria that the edition states as such."""
        found = [f"units.{key}" for key, rule in self.file.units if rule.convention]
        found += [f"{c.id}.convention" for c in self.file.criteria if c.convention is not None]
        return tuple(found)

    def convention_text(self, convention: str) -> Text:
        """What a convention says."""
        head, _, tail = convention.partition(".")
        if head == "units":
            text: Text = getattr(self.file.units, tail).text
            return text
        of_criterion: Text = self.criterion(head).convention  # type: ignore[assignment]
        return of_criterion


def stage_field(name: str, stage: str) -> str:
    """The field's id at a stage: `above_degree` at primary is `above_degree_primary`; shared fields keep theirs."""
    return f"{name}_{stage}" if stages_of(name) else name
