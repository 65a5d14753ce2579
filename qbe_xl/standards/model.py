"""The rules as typed data: what an edition file may hold, and nothing else.

Every number is exact (int or Fraction); every criterion carries its source and how well it is known.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from qbe_xl.core.expressions import Expression, ExpressionError
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact, exact

Confidence = Literal["S", "C", "P", "I"]
Stage = Literal["primary", "junior"]
Group = Literal["entry", "resources", "government", "quality", "recognition", "vetoes"]
GROUPS: tuple[Group, ...] = ("entry", "resources", "government", "quality", "recognition", "vetoes")

CONFIDENCE_NAMES: dict[str, Text] = {
    "S": Text("见于原始材料", "read in a source"),
    "C": Text("多处独立来源一致", "the same in several independent sources"),
    "P": Text("仅见于一处转述", "one secondary page only"),
    "I": Text("由规定推得", "derived"),
}


def _text(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"zh", "en"} and all(isinstance(v, str) for v in value.values()):
        return Text(**value)
    if isinstance(value, Text):
        return value
    raise ValueError("a text needs zh and en")


def _exact(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise ValueError(f"a number is needed, not {value!r}")
    return exact(value)


def _expression(value: Any) -> Any:
    if isinstance(value, Expression):
        return value
    if not isinstance(value, str):
        raise ValueError("a formula is needed")
    expression = Expression(value)
    try:
        top, bottom = expression.sides()
    except ExpressionError as error:
        raise ValueError(str(error)) from error
    if "/" in top.text or "/" in bottom.text:  # one denominator, so that 0 in it has one meaning
        raise ValueError("only the formula as a whole may be a quotient")
    return expression


TextField = Annotated[Any, BeforeValidator(_text)]
Number = Annotated[Any, BeforeValidator(_exact)]
Formula = Annotated[Any, BeforeValidator(_expression)]


class Strict(BaseModel):
    """Unknown keys are errors; values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Source(Strict):
    """Where a value comes from, and how well it is known."""

    document: str
    article: str | None = None
    confidence: Confidence
    note: TextField | None = None

    def sentence(self, lang: str) -> str:
        """`教督〔2017〕6号 政府保障程度（三）［见于原始材料］`."""
        known = CONFIDENCE_NAMES[self.confidence]
        parts = f"{self.document} {self.article}" if self.article else self.document
        return f"{parts}［{known.zh}］" if lang == "zh" else f"{parts} [{known.en}]"


class Document(Strict):
    """A document that sources name."""

    name: TextField
    year: int | None = None
    note: TextField | None = None


class Scope(Strict):
    """Which schools a criterion looks at: all but the types in `without`; only those with `stage` where given."""

    without: tuple[str, ...] = ()
    stage: Stage | None = None


class Base(Strict):
    """What every criterion has. `group` and `source` are taken from the whole by its parts."""

    id: str
    name: TextField
    short: TextField | None = None
    group: Group | None = None
    level: Literal["unit", "school", "campus", "county"] = "county"
    unit: str | None = None
    percent: bool = False
    note: TextField | None = None
    convention: TextField | None = None
    source: Source | None = None
    changed_from: tuple[str, ...] = ()


class Limits(Strict):
    """One comparison: at most one of the four operators."""

    at_least: Number | None = None
    at_most: Number | None = None
    above: Number | None = None
    below: Number | None = None

    @property
    def operator(self) -> str | None:
        """`>=`, `<=`, `>` or `<`; None where no limit is set."""
        for name, symbol in (("at_least", ">="), ("at_most", "<="), ("above", ">"), ("below", "<")):
            if getattr(self, name) is not None:
                return symbol
        return None

    @property
    def limit(self) -> Exact | None:
        """The limit, exact; None where none is set."""
        for name in ("at_least", "at_most", "above", "below"):
            value: Exact | None = getattr(self, name)
            if value is not None:
                return value
        return None

    @model_validator(mode="after")
    def _one_operator(self) -> Limits:
        if sum(getattr(self, n) is not None for n in ("at_least", "at_most", "above", "below")) > 1:
            raise ValueError("only one of at_least, at_most, above, below")
        return self


class Resource(Base):
    """One of the seven indicators: `per_pupils` × amount / pupils, at least a limit by stage; its CV at most another."""

    kind: Literal["resource"]
    amount: Formula
    per_pupils: Number
    split: bool = False
    at_least: dict[Stage, Number]
    cv_at_most: dict[Stage, Number]


class Ratio(Base, Limits):
    """A county figure from a formula over facts, against one limit."""

    kind: Literal["ratio"]
    formula: Formula
    limit_from_overlay: bool = False


class EachSchool(Base, Limits):
    """Every school: a formula against a limit (by type of school where so given), or a field with allowed values.

    `where_reported`: the part counts only once any school reports it.
    """

    kind: Literal["each_school"]
    formula: Formula | None = None
    field: str | None = None
    allowed: tuple[str, ...] = ()
    at_most_by_type: dict[str, Number] = Field(default_factory=dict)
    scope: Scope = Scope()
    where_reported: bool = False

    @model_validator(mode="after")
    def _formula_or_field(self) -> EachSchool:
        if (self.formula is None) == (self.field is None):
            raise ValueError("either formula with a limit, or field with allowed")
        if self.operator is not None and self.at_most_by_type:
            raise ValueError("either one limit, or at_most_by_type")
        return self


class EachClass(Base):
    """Every class: the largest class and the number of classes over the limit, by stage."""

    kind: Literal["each_class"]
    largest: str
    over: str
    classes: str
    at_most: dict[Stage, Number]
    scope: Scope = Scope()


class RoomKind(Strict):
    """One kind of room: the area asked, and the fields that count rooms by least area."""

    name: TextField
    area: int
    bands: dict[str, str]

    def fields_from(self, area: int) -> tuple[str, ...]:
        """The fields of the bands of at least `area` ㎡."""
        return tuple(field for least, field in self.bands.items() if int(least) >= area)


class Rooms(Base):
    """Every school: for every `per_classes` classes or part of them one room of each kind."""

    kind: Literal["rooms"]
    classes: Formula
    per_classes: int
    rooms: dict[str, RoomKind]
    scope: Scope = Scope()


class Declaration(Base):
    """A yes/no item that passes on yes. `shown` is a figure shown beside it that decides nothing."""

    kind: Literal["declaration"]
    field: str
    shown: Formula | None = None


class Veto(Base):
    """A yes/no item that fails on yes."""

    kind: Literal["veto"]
    field: str


class Survey(Base, Limits):
    """Satisfied over valid returns, all groups together."""

    kind: Literal["survey"]
    satisfied: str
    valid: str


Part = Annotated[Ratio | EachSchool | Declaration, Field(discriminator="kind")]


class AllOf(Base):
    """An item of several parts, each with a status of its own."""

    kind: Literal["all_of"]
    parts: tuple[Part, ...]


Criterion = Annotated[
    Resource | Ratio | EachSchool | EachClass | Rooms | Declaration | Veto | Survey | AllOf, Field(discriminator="kind")
]
Simple = Ratio | EachSchool | Declaration
AnyCriterion = Resource | Ratio | EachSchool | EachClass | Rooms | Declaration | Veto | Survey | AllOf


class Where(Strict):
    """The schools an option is for; all that is given must hold, and what is not reported does not hold."""

    area: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    pupils_between: tuple[int, int] | None = None
    built_by: int | None = None
    largest_class_below: int | None = None
    migrant_share_above: Number | None = None
    dense_centre: bool | None = None


class Option(Strict):
    """A relaxation known from one place only: off unless switched on."""

    id: str
    criterion: str
    name: TextField
    where: Where
    add_amount: str | None = None
    areas: dict[str, int] = Field(default_factory=dict)
    at_most_by_type: dict[str, Number] = Field(default_factory=dict)
    note: TextField | None = None
    source: Source


class UnitRule(Strict):
    """One rule on which schools count and how they become units. `convention`: on, and named in the result."""

    value: Any
    name: TextField
    text: TextField
    convention: bool = False
    source: Source


class MergeRule(UnitRule):
    """Whether campuses are merged."""

    value: Literal["merge", "apart"]


class WeightsRule(UnitRule):
    """Weights by stage for dividing shared facilities."""

    value: dict[Literal["primary", "junior", "senior"], Number]


class TypesRule(UnitRule):
    """Types of school that take no part."""

    value: tuple[str, ...]


class CountRule(UnitRule):
    """A number of pupils."""

    value: int


class UnitRules(Strict):
    """How schools become units."""

    campuses: MergeRule
    split_weights: WeightsRule
    excluded_types: TypesRule
    teaching_point_min_pupils: CountRule


class ResourceRule(Strict):
    """How many indicators a unit must meet, and how far the remaining one may fall short."""

    met_at_least: int
    floor_share: Number
    text: TextField
    source: Source


class EditionFile(Strict):
    """A whole edition as written in its file."""

    id: str
    name: TextField
    documents: dict[str, Document]
    stages: tuple[Stage, ...]
    units: UnitRules
    resource_rule: ResourceRule
    criteria: tuple[Criterion, ...]
    options: tuple[Option, ...] = ()


class Change(Strict):
    """What an overlay changes of one criterion (`G7`) or part (`G2.funding_norm_primary`)."""

    id: str
    name: TextField | None = None
    at_least: Number | dict[Stage, Number] | None = None
    at_most: Number | dict[Stage, Number] | None = None
    below: Number | None = None
    cv_at_most: dict[Stage, Number] | None = None
    at_most_by_type: dict[str, Number] | None = None
    note: TextField | None = None
    source: Source


class UnitChanges(Strict):
    """What an overlay changes of the rules on units."""

    campuses: MergeRule | None = None
    split_weights: WeightsRule | None = None
    excluded_types: TypesRule | None = None
    teaching_point_min_pupils: CountRule | None = None


class OverlayFile(Strict):
    """A province or city: only what differs from the edition it extends."""

    id: str
    extends: str
    name: TextField
    documents: dict[str, Document] = Field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    units: UnitChanges = UnitChanges()
    options_on: tuple[str, ...] = ()
