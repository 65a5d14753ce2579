"""Actions in words."""

from __future__ import annotations

from collections.abc import Mapping

from qbe_xl.assessment.wording import number, plain
from qbe_xl.core.errors import QbeError
from qbe_xl.core.fields import YES_NO, Field
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact
from qbe_xl.county.model import Value
from qbe_xl.planning.changes import Action, Change, Close, Forecast, Merge, Move, Open, Split
from qbe_xl.planning.draft import resolve_field


def action_sentence(action: Action) -> Text:
    """What an action does, in a line: `第一小学：小学体育艺术专任教师数增加 2`."""
    match action:
        case Change():
            return _change(action)
        case Move():
            zh, en = _amounts(action.amounts)
            return Text(f"{action.source} → {action.target}：调动{zh}", f"{action.source} → {action.target}: moves {en}")
        case Merge():
            into, *others = action.schools
            name = Text(f"，名称改为{action.name}", f", called {action.name}") if action.name else Text("", "")
            return Text(f"{'、'.join(others)}并入{into}{name.zh}", f"{', '.join(others)} merged into {into}{name.en}")
        case Split():
            zh, en = _amounts(action.amounts) if action.amounts else ("", "")
            part = _percent(action.share) if action.share is not None else ""
            return Text(
                f"{action.school}分出{action.name}（{action.code}）：{part}{zh}",
                f"{action.school} splits off {action.name} ({action.code}): {part}{en}",
            )
        case Open():
            zh, en = _values(action.values)
            return Text(f"新建{action.name}（{action.code}）{zh}", f"Opens {action.name} ({action.code}){en}")
        case Close():
            zh = "、".join(f"{name} {_percent(share)}" for name, share in action.to.items())
            en = ", ".join(f"{name} {_percent(share)}" for name, share in action.to.items())
            return Text(
                f"撤销{action.school}" + (f"，学生和教师转入：{zh}" if zh else ""),
                f"{action.school} closes" + (f", pupils and teachers go to {en}" if en else ""),
            )
        case Forecast():
            return _forecast(action)


def _percent(share: Exact) -> str:
    """A share in full where two decimals hold it, else rounded to them."""
    return plain(share, True) if (share * 10_000).denominator == 1 else number(share, None, True)


def _field(name: str) -> Field | None:
    for level in ("school", "county"):
        try:
            return resolve_field(name, level)
        except QbeError:
            continue
    return None


def _name(field: str) -> Text:
    found = _field(field)
    return found.name if found is not None else Text(field, field)


def _said(field: str, value: Value | None) -> Text:
    if value is None:
        return Text("缺", "missing")
    if isinstance(value, str):
        found = _field(field)
        if value in YES_NO:
            return YES_NO[value]
        return Text(found.choice_name(value, "zh"), found.choice_name(value, "en")) if found else Text(value, value)
    return Text(number(value), number(value))


def _change(action: Change) -> Text:
    name, value = _name(action.field), _said(action.field, action.value)
    who = Text(f"{action.school}：", f"{action.school}: ") if action.school is not None else Text("全县：", "County: ")
    if action.kind == "set":
        return Text(f"{who.zh}{name.zh}改为 {value.zh}", f"{who.en}{name.en} becomes {value.en}")
    if action.kind == "times":
        return Text(f"{who.zh}{name.zh}乘以 {value.zh}", f"{who.en}{name.en} times {value.en}")
    less = not isinstance(action.value, str | None) and action.value < 0
    amount = _said(action.field, -action.value if less and not isinstance(action.value, str | None) else action.value)
    verb = Text("减少", "less") if less else Text("增加", "more")
    return Text(f"{who.zh}{name.zh}{verb.zh} {amount.zh}", f"{who.en}{name.en}: {amount.en} {verb.en}")


def _amounts(amounts: Mapping[str, Exact]) -> tuple[str, str]:
    zh = "、".join(f"{_name(name).zh} {number(amount)}" for name, amount in amounts.items())
    en = ", ".join(f"{_name(name).en} {number(amount)}" for name, amount in amounts.items())
    return zh, en


def _values(values: Mapping[str, Value | None]) -> tuple[str, str]:
    if not values:
        return "", ""
    zh = "、".join(f"{_name(name).zh} {_said(name, value).zh}" for name, value in values.items())
    en = ", ".join(f"{_name(name).en} {_said(name, value).en}" for name, value in values.items())
    return f"：{zh}", f": {en}"


def _forecast(action: Forecast) -> Text:
    who = action.school or action.area
    where = Text(who, who) if who else Text("全县", "County")
    stage = Text(action.stage, action.stage) if action.stage else Text("各学段", "all stages")
    if action.pupils is not None:
        amount = number(action.pupils)
        return Text(f"{where.zh}{stage.zh}在校生预测为 {amount} 人", f"{where.en}, {stage.en}: {amount} pupils forecast")
    factor = _percent(action.factor or 0)
    return Text(f"{where.zh}{stage.zh}在校生预测为现在的 {factor}", f"{where.en}, {stage.en}: {factor} of today's pupils forecast")
