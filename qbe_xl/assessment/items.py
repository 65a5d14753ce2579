"""Criteria over county facts: ratios, declarations, vetoes, the survey, and items of several parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from qbe_xl.assessment import each_school
from qbe_xl.assessment.results import GroupResult, ItemResult
from qbe_xl.assessment.statuses import Status, compare, conjunction
from qbe_xl.assessment.wording import SIGNS, number, plain, with_unit
from qbe_xl.core.expressions import Expression
from qbe_xl.core.fields import YES_NO, field_of
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact, quotient
from qbe_xl.county import County
from qbe_xl.county.units import School
from qbe_xl.standards import Edition, model


@dataclass
class Context:
    """What the evaluation of items needs, and the findings it makes on the way."""

    county: County
    edition: Edition
    schools: tuple[School, ...]
    findings: list[Finding] = field(default_factory=list)


def assess_group(context: Context, group: model.Group) -> GroupResult:
    """All items of a group."""
    items = tuple(assess_item(context, criterion, criterion.id) for criterion in context.edition.group(group))
    return GroupResult(conjunction(item.status for item in items), items)


def assess_item(context: Context, criterion: model.AnyCriterion, item_id: str) -> ItemResult:
    """One criterion or part."""
    evaluators: dict[type, Callable[..., ItemResult]] = {
        model.Ratio: _ratio,
        model.Declaration: _declaration,
        model.Veto: _veto,
        model.Survey: _survey,
        model.AllOf: _all_of,
    }
    own = evaluators.get(type(criterion))
    if own is not None:
        return own(context, criterion, item_id)
    return each_school.assess(context.county, context.edition, context.schools, criterion, item_id, context.findings)


def _all_of(context: Context, criterion: model.AllOf, item_id: str) -> ItemResult:
    parts = []
    for part in criterion.parts:
        if isinstance(part, model.Ratio) and part.limit_from_overlay and part.limit is None:
            continue  # no limit is set by this edition
        if (
            isinstance(part, model.EachSchool)
            and part.where_reported
            and not each_school.reported(part, context.schools)
        ):
            continue
        parts.append(assess_item(context, part, f"{item_id}.{part.id}"))
    status = conjunction(part.status for part in parts)
    return ItemResult(
        item_id,
        criterion,
        status,
        Text("；".join(_part_line(p, "zh") for p in parts), "; ".join(_part_line(p, "en") for p in parts)),
        cells=tuple(cell for part in parts for cell in part.cells),
        missing=tuple(name for part in parts for name in part.missing),
        parts=tuple(parts),
    )


def _part_line(part: ItemResult, lang: str) -> str:
    if lang == "zh":
        return f"{part.name.zh}：{part.detail.zh}"
    return f"{part.name.en}: {part.detail.en}"


def _facts(context: Context, names: tuple[str, ...]) -> tuple[dict[str, Exact], tuple[str, ...]]:
    """The numbers of facts that are known, and the names of those that are not."""
    values = {name: context.county.number(name) for name in names}
    return {n: v for n, v in values.items() if v is not None}, tuple(n for n, v in values.items() if v is None)


def _cells(context: Context, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(place) for place in map(context.county.place, names) if place)


def missing_text(names: tuple[str, ...]) -> Text:
    """`缺：…` with the names of the fields."""
    return Text(
        "缺数据：" + "、".join(field_of(n).name.zh for n in names),
        "No data: " + ", ".join(field_of(n).name.en for n in names),
    )


def limit_text(criterion: model.Ratio | model.EachSchool | model.Survey) -> Text:
    """`≥ 85%`: operator and limit with the unit."""
    if criterion.limit is None or criterion.operator is None:
        return Text("", "")
    unit = with_unit(plain(criterion.limit, criterion.percent), criterion)
    sign = SIGNS[criterion.operator]
    return Text(f"{sign} {unit.zh}", f"{sign} {unit.en}")


def _ratio(context: Context, criterion: model.Ratio, item_id: str) -> ItemResult:
    names = criterion.formula.names
    known, missing = _facts(context, names)
    cells = _cells(context, names)
    stated = context.county.stated.get(item_id)
    item = replace(
        _blank(criterion, item_id, cells),
        operator=criterion.operator,
        limit=criterion.limit,
        stated=stated.value if stated else None,
    )
    if missing:
        return _undetermined_ratio(context, criterion, item, missing)
    top, bottom = criterion.formula.sides()
    numerator, denominator = top.value(known), bottom.value(known)
    if criterion.formula.is_quotient:
        item = replace(item, numerator=numerator, denominator=denominator)
    if denominator == 0:
        if numerator == 0:
            text = Text("分子、分母均为 0，不适用", "numerator and denominator are both 0: not applicable")
            return replace(item, status="not_applicable", detail=text)
        context.findings.append(
            _finding("QBE-ARI-002", context, bottom.names, name=criterion.name, left=number(numerator))
        )
        text = Text(f"分母为 0，分子为 {number(numerator)}", f"denominator 0, numerator {number(numerator)}")
        return replace(item, detail=text)
    value = quotient(numerator, denominator)
    limit, operator = criterion.limit, criterion.operator
    status: Status = "pass"
    if limit is not None and operator is not None:
        # a negative denominator makes no sense as a share; the quotient itself is compared
        status = compare(value, operator, limit)
    shown = with_unit(number(value, limit, criterion.percent), criterion)
    sides = _sides(criterion.formula, known)
    asked = limit_text(criterion)
    detail = Text(f"{sides}{shown.zh}，标准 {asked.zh}", f"{sides}{shown.en}, limit {asked.en}")
    return replace(item, status=status, detail=detail, value=value)


def _sides(formula: Expression, known: dict[str, Exact]) -> str:
    """`5144 ÷ (5426 + 3 - 15 - 0) ＝ `, empty for a bare field."""
    if len(formula.names) == 1:
        return ""
    text = formula.render(lambda name: number(known[name]), spaced=True)
    return text.replace("*", "×").replace("/", "÷").replace(" - ", " − ") + " = "


def _undetermined_ratio(
    context: Context, criterion: model.Ratio, item: ItemResult, missing: tuple[str, ...]
) -> ItemResult:
    states = {name: context.county.facts[name].state for name in missing if name in context.county.facts}
    if "not_sampled" in states.values():
        detail = Text("未参加国家监测，无结果", "not sampled by the national monitoring: no result")
    elif item.stated is not None:
        shown = number(item.stated, None, criterion.percent)
        names = missing_text(missing)
        detail = Text(f"自报 {shown}，不能复核；{names.zh}", f"stated {shown}, not verifiable; {names.en}")
        context.findings.append(_only_stated(context, item.id, criterion))
    else:
        detail = missing_text(missing)
    return replace(item, detail=detail, missing=missing)


def _only_stated(context: Context, item_id: str, criterion: model.AnyCriterion) -> Finding:
    """A percentage without the numbers behind it."""
    place = context.county.stated[item_id].place
    args = {"field": criterion.name}
    if place is None:
        return Finding("QBE-CMP-006", args=args)
    return Finding("QBE-CMP-006", place.sheet, place.ref, None, args, place.file)


def _blank(criterion: model.AnyCriterion, item_id: str, cells: tuple[str, ...]) -> ItemResult:
    return ItemResult(item_id, criterion, "undetermined", Text("", ""), cells=cells)


def _finding(code: str, context: Context, names: tuple[str, ...], **args: object) -> Finding:
    places = [p for p in map(context.county.place, names) if p]
    place = places[0] if places else None
    return Finding(
        code,
        place.sheet if place else None,
        place.ref if place else None,
        args=args,
        file=place.file if place else None,
    )


def _declaration(context: Context, criterion: model.Declaration, item_id: str) -> ItemResult:
    fact = context.county.facts.get(criterion.field)
    proof = Text(f"（{fact.evidence}）", f" ({fact.evidence})") if fact and fact.evidence else Text("", "")
    extra = _shown(context, criterion)
    return _yes_no(context, criterion, item_id, "yes", Text(proof.zh + extra.zh, proof.en + extra.en))


def _veto(context: Context, criterion: model.Veto, item_id: str) -> ItemResult:
    return _yes_no(context, criterion, item_id, "no", Text("", ""))


def _yes_no(
    context: Context, criterion: model.Declaration | model.Veto, item_id: str, good: str, more: Text
) -> ItemResult:
    """A question that passes with the answer `good`; `more` is said after the answer."""
    value = context.county.fact(criterion.field)
    item = _blank(criterion, item_id, _cells(context, (criterion.field,)))
    if not isinstance(value, str) or value not in YES_NO:  # a County made by hand may hold anything
        return replace(item, detail=missing_text((criterion.field,)), missing=(criterion.field,))
    word = YES_NO[value]
    detail = Text(f"填报“{word.zh}”{more.zh}", f"answered {word.en.lower()}{more.en}")
    return replace(item, status="pass" if value == good else "fail", detail=detail, value=value)


def _shown(context: Context, criterion: model.Declaration) -> Text:
    if criterion.shown is None:
        return Text("", "")
    known, missing = _facts(context, criterion.shown.names)
    if missing or criterion.shown.sides()[1].value(known) == 0:
        return Text("", "")
    text = f"{_sides(criterion.shown, known)}{number(criterion.shown.value(known), None, True)}"
    return Text(f"；{text}", f"; {text}")


def _survey(context: Context, criterion: model.Survey, item_id: str) -> ItemResult:
    """Σ satisfied / Σ valid over all groups; a group with a blank leaves it undetermined."""
    rows = context.county.survey
    cells = tuple(cell for row in rows for cell in row.cells(criterion.satisfied, criterion.valid))
    satisfied = [row.number_of(criterion.satisfied) for row in rows]
    valid = [row.number_of(criterion.valid) for row in rows]
    stated = context.county.stated.get(item_id)
    item = replace(
        _blank(criterion, item_id, cells),
        operator=criterion.operator,
        limit=criterion.limit,
        stated=stated.value if stated else None,
    )
    groups = field_of("survey_group")
    blank = [
        row.text("survey_group") for row, s, v in zip(rows, satisfied, valid, strict=True) if s is None or v is None
    ]
    if not rows or blank:
        zh = "、".join(groups.choice_name(name, "zh") for name in blank) or "全部对象"
        en = ", ".join(groups.choice_name(name, "en") for name in blank) or "all groups"
        detail = Text(f"缺数据：{zh}", f"No data: {en}")
        if stated is not None:
            rate = number(stated.value, None, criterion.percent)
            detail = Text(f"自报 {rate}，不能复核；{detail.zh}", f"stated {rate}, not verifiable; {detail.en}")
            context.findings.append(_only_stated(context, item_id, criterion))
        return replace(item, detail=detail, missing=(criterion.valid, criterion.satisfied))
    top = sum((v for v in satisfied if v is not None), start=0)
    bottom = sum((v for v in valid if v is not None), start=0)
    item = replace(item, numerator=top, denominator=bottom)
    if bottom == 0:
        text = Text("有效问卷为 0，不能计算", "no valid returns")
        return replace(item, detail=text, missing=(criterion.valid,))
    value = quotient(top, bottom)
    status = compare(value, criterion.operator or ">=", criterion.limit or 0)
    rates_zh, rates_en = [], []
    for row, s, v in zip(rows, satisfied, valid, strict=True):
        rate = number(Fraction(s or 0) / v, None, True) if v else "–"
        rates_zh.append(f"{groups.choice_name(row.text('survey_group'), 'zh')} {rate}")
        rates_en.append(f"{groups.choice_name(row.text('survey_group'), 'en')} {rate}")
    shown, asked = number(value, criterion.limit, criterion.percent), limit_text(criterion)
    detail = Text(
        f"{number(top)} ÷ {number(bottom)} = {shown}，标准 {asked.zh}（{'、'.join(rates_zh)}）",
        f"{number(top)} ÷ {number(bottom)} = {shown}, limit {asked.en} ({', '.join(rates_en)})",
    )
    return replace(item, status=status, detail=detail, value=value)
