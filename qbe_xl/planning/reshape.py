"""Each kind of action carried out on a draft of the county; totals are kept wherever something moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from qbe_xl.core.errors import QbeError
from qbe_xl.core.fields import Field, all_fields, field_of
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact, tidy
from qbe_xl.county.model import Value
from qbe_xl.planning.changes import KINDS, Action, Change, Close, Forecast, Merge, Move, Open, Split
from qbe_xl.planning.draft import STAGES, Draft, DraftRow, half_up, resolve_field, understood
from qbe_xl.standards import STAGES_OF_TYPE

# Of these a merged school has the largest, never the sum.
_LARGEST = frozenset({"largest_class"})
# What teachers take along where both schools report it: totals of the whole school.
_TEACHER_TOTALS = ("teachers_full_time", "teachers_total")
_PEOPLE = ("pupils", "teachers", "above_degree", "backbone", "pe_art", "pe", "music", "art", "shared_pe_art")
_COUNTY = Text("全县", "the county")


def act(draft: Draft, action: Action) -> None:
    """Carry out one action; QbeError as `planning.changes.apply` says."""
    match action:
        case Change():
            _change(draft, action)
        case Move():
            _move(draft, action)
        case Merge():
            _merge(draft, action)
        case Split():
            _split(draft, action)
        case Open():
            _open(draft, action)
        case Close():
            _close(draft, action)
        case Forecast():
            _forecast(draft, action)


def _change(draft: Draft, action: Change) -> None:
    level = "county" if action.school is None else "school"
    described = resolve_field(action.field, level)
    if action.kind not in KINDS:
        raise _wrong(f"未知的变化方式“{action.kind}”", f"unknown kind of change “{action.kind}”")
    if action.school is None:
        before = draft.facts.get(described.id)
        value = _new_value(described, before.value if before else None, action, str(_COUNTY.zh))
        draft.put_fact(described.id, value)
        return
    row = draft.find(action.school)
    before_value = row.number(described.id) if described.numeric else row.values.get(described.id)
    row.put(described.id, _new_value(described, before_value, action, row.name), given=True)


def _new_value(described: Field, before: Value | None, action: Change, whose: str) -> Value | None:
    if action.kind == "set":
        return understood(described, action.value, whose)
    by = action.value
    if isinstance(by, str) or by is None or not described.numeric:
        raise _wrong(
            f"{whose}的{described.name.zh}：“增加”和“倍数”须用数字", f"{whose}, {described.name.en}: a number is needed"
        )
    if before is None or isinstance(before, str):
        raise QbeError("QBE-PLN-004", school=whose, field=described.name)
    after: Exact = before + by if action.kind == "add" else tidy(Fraction(before) * by)
    if action.kind == "times" and described.type == "count":
        after = half_up(after)
    return understood(described, after, whose)


def _move(draft: Draft, action: Move) -> None:
    source, target = draft.find(action.source), draft.find(action.target)
    if source is target:
        raise _wrong(f"调出和调入是同一所学校：{source.name}", f"{source.name} is both source and target")
    moved: Exact = 0
    for name, amount in action.amounts.items():
        described = resolve_field(name)
        if not described.numeric or described.base in _LARGEST:
            raise _wrong(f"{described.name.zh}不能调动", f"{described.name.en} cannot be moved")
        _carry(source, target, described, amount)
        if described.base == "teachers":
            moved += amount
    if moved:
        for name in _TEACHER_TOTALS:
            have = (source.values.get(name), target.values.get(name))
            if all(isinstance(value, int) for value in have) and name not in action.amounts:
                _carry(source, target, field_of(name), moved)


def _carry(source: DraftRow, target: DraftRow, described: Field, amount: Exact) -> None:
    understood(described, amount, source.name)  # a negative amount or part of a person is no move
    for row, by in ((source, -amount), (target, amount)):
        before = row.number(described.id)
        if before is None:
            raise QbeError("QBE-PLN-004", school=row.name, field=described.name)
        row.put(described.id, understood(described, before + by, row.name))


def _merge(draft: Draft, action: Merge) -> None:
    rows = [draft.find(name) for name in action.schools]
    if len({id(row) for row in rows}) < 2 or len({id(row) for row in rows}) < len(rows):
        raise _wrong("合并需要两所不同的学校", "merging takes two schools or more, each named once")
    into, others = rows[0], rows[1:]
    for row in others:
        for campus in draft.campuses(row):
            campus.put("main_school", into.code)
    for described in all_fields().values():
        if "school" not in described.levels or not described.numeric:
            continue
        if all(row.values.get(described.id) is None for row in rows):
            continue
        into.put(described.id, _together(described, rows), given=described.base in {"largest_class", "over_classes"})
    draft.drop(others)
    _set_type(into, action.type)
    if action.name:
        into.put("school_name", action.name, given=True)


def _together(described: Field, rows: Sequence[DraftRow]) -> Exact | None:
    """The sum (minutes and class sizes: the largest); missing where one is, but what is optional counts where reported."""
    numbers = [row.number(described.id) for row in rows]
    known = [value for value in numbers if value is not None]
    if len(known) < len(numbers) and not (described.optional and known):
        return None
    return max(known) if described.base in _LARGEST or described.unit == "分钟" else tidy(Fraction(sum(known)))


def _set_type(row: DraftRow, given: str | None) -> None:
    """The type that is given, else the one that has just the stages which the school now has."""
    described = field_of("school_type")
    if given is not None:
        row.put("school_type", understood(described, given, row.name), given=True)
        return
    stages = tuple(s for s in (*STAGES, "senior") if row.number(f"pupils_{s}") not in (0, None))
    kind = str(row.values.get("school_type") or "")
    if not stages or set(stages) == set(STAGES_OF_TYPE.get(kind, ())) or kind in ("special", "vocational"):
        return
    fitting = [kind for kind, has in STAGES_OF_TYPE.items() if set(stages) <= set(has)]
    if fitting:
        row.put("school_type", min(fitting, key=lambda kind: len(STAGES_OF_TYPE[kind])), given=True)


def _split(draft: Draft, action: Split) -> None:
    old = draft.find(action.school)
    draft.unused(action.code, action.name)
    amounts = {resolve_field(name).id: amount for name, amount in action.amounts.items()}
    if action.share is not None:
        if not 0 < action.share < 1:
            raise _wrong("分出的比例应大于 0、小于 1", "the share must lie between 0 and 1")
        for described in all_fields().values():
            value = old.values.get(described.id)
            movable = described.numeric and described.base not in _LARGEST and described.unit != "分钟"
            if movable and "school" in described.levels and isinstance(value, int | Fraction):
                part = tidy(Fraction(value) * action.share)
                amounts.setdefault(described.id, half_up(part) if described.type == "count" else part)
    answers = {k: v for k, v in old.values.items() if k in all_fields() and field_of(k).type in ("choice", "yes_no")}
    new = draft.new({**answers, "school_code": action.code, "school_name": action.name, "counted": "yes"})
    # a stage that nobody moves to has no pupils; a shared amount that is not moved is none
    for described in all_fields().values():
        if "school" in described.levels and described.numeric and isinstance(old.values.get(described.id), int | Fraction):
            new.values[described.id] = 0
            new.changed.add(described.id)
    for name, amount in amounts.items():
        _carry(old, new, field_of(name), amount)
    for stage in STAGES:
        new.values[f"largest_class_{stage}"] = None
        new.values[f"over_classes_{stage}"] = None
    _set_type(new, action.type)


def _open(draft: Draft, action: Open) -> None:
    draft.unused(action.code, action.name)
    kind = understood(field_of("school_type"), action.type, action.name)
    values: dict[str, Value | None] = {
        "school_code": action.code,
        "school_name": action.name,
        "school_type": kind,
        "counted": "yes",
    }
    for name, value in action.values.items():
        described = resolve_field(name)
        values[described.id] = understood(described, value, action.name)
    draft.new(values)


def _close(draft: Draft, action: Close) -> None:
    main = draft.find(action.school)
    closing = [main, *draft.campuses(main)]
    targets = [(draft.find(name), share) for name, share in action.to.items()]
    if targets:
        if any(target is row for target, _ in targets for row in closing):
            raise _wrong(f"{main.name}撤并后不能再接收", f"{main.name} closes and cannot receive")
        if sum(share for _, share in targets) != 1 or any(share <= 0 for _, share in targets):
            raise _wrong("各校接收比例之和应为 1", "the shares of the receiving schools must add up to 1")
        for row in closing:
            _hand_over(row, targets)
    draft.drop(closing)


def _hand_over(row: DraftRow, targets: Sequence[tuple[DraftRow, Exact]]) -> None:
    """Pupils and teachers of a closing school, shared out so that counts stay whole and nobody is lost."""
    for base in _PEOPLE:
        for stage in (*STAGES, "senior"):
            name = f"{base}_{stage}"
            value = row.values.get(name)
            if name not in all_fields() or not isinstance(value, int) or not value:
                continue
            parts = shared_out(value, [share for _, share in targets])
            for (target, _), part in zip(targets, parts, strict=True):
                if part:
                    have = target.number(name)
                    if have is None and field_of(name).optional:
                        continue
                    if have is None:
                        raise QbeError("QBE-PLN-004", school=target.name, field=field_of(name).name)
                    target.put(name, have + part)


def shared_out(whole: int, shares: Sequence[Exact]) -> list[int]:
    """Whole numbers by shares that add up to 1, adding up to `whole`: what is left over goes to the largest remainders."""
    exact_parts = [Fraction(share) * whole for share in shares]
    parts = [int(part) for part in exact_parts]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact_parts[i], i))
    for i in order[: whole - sum(parts)]:
        parts[i] += 1
    return parts


def _forecast(draft: Draft, action: Forecast) -> None:
    if (action.factor is None) == (action.pupils is None):
        raise _wrong("学生数预测须给出倍数或人数之一", "a forecast needs either a factor or a number of pupils")
    stages = _stages(action.stage)
    rows = draft.rows
    if action.school is not None:
        rows = [draft.find(action.school)]
    elif action.area is not None:
        area = understood(field_of("area"), action.area, str(_COUNTY.zh))
        rows = [row for row in draft.rows if row.values.get("area") == area]
    if action.pupils is not None:
        if action.school is None or len(stages) != 1:
            raise _wrong("按人数预测须写明学校和学段", "a number of pupils needs one school and one stage")
        described = field_of(f"pupils_{stages[0]}")
        rows[0].put(described.id, understood(described, action.pupils, rows[0].name))
        return
    for row in rows:
        for stage in stages:
            described = field_of(f"pupils_{stage}")
            value = row.values.get(described.id)
            if isinstance(value, int) and value and action.factor is not None:
                row.put(described.id, understood(described, half_up(Fraction(value) * action.factor), row.name))


def _stages(name: str | None) -> tuple[str, ...]:
    from qbe_xl.core.languages import STAGE_NAMES

    if name is None:
        return (*STAGES, "senior")
    words: Mapping[str, str] = {w.casefold(): s for s, t in STAGE_NAMES.items() for w in (s, t.zh, t.en)}
    if name.casefold() not in words:
        raise _wrong(f"没有“{name}”这个学段（小学、初中、高中）", f"no stage “{name}” (primary, junior, senior)")
    return (words[name.casefold()],)


def _wrong(zh: str, en: str) -> QbeError:
    return QbeError("QBE-PLN-008", problem=Text(zh, en))
