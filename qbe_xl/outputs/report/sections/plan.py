"""九、整改方案: the cheapest plan, its proof, its assumptions, what it buys, and when."""

from __future__ import annotations

from qbe_xl.core.fields import field_of
from qbe_xl.outputs.report.facts import CV_PLACES, Facts, Node
from qbe_xl.outputs.report.model import Cell, Chart, Column, Paragraph, Run, Section, Series, Table
from qbe_xl.outputs.results.gap_sheets import unit_word
from qbe_xl.outputs.results.plan_sheets import STATUS_WORDS

_FOUND = ("nothing", "optimal", "within_gap")


def plan(facts: Facts) -> Section | None:
    """What the plan costs and brings, its items by school and by year; or why there is none."""
    whole = facts.document("plan")
    if whole is None:
        return None
    words = facts.words
    found = whole["status"].value in _FOUND
    paragraphs = [_scope(facts), _status(facts, whole)]
    if found and len(whole["items"]):
        paragraphs += [_effect(facts, whole), *_baselines(facts, whole)]
    paragraphs += _budget(facts, whole)
    if not whole["years_enough"].value:
        paragraphs.append(
            words.say("各年预算合计不够完成全部方案。", "The yearly budgets do not pay for the whole plan.", "warning")
        )
    paragraphs += [_block(facts, each) for each in whole["blocks"]]
    paragraphs += [_missing(facts, each) for each in whole["missing"]]
    tables = [_cvs(facts, whole), _items(facts, whole["items"]), _years(facts, whole), _prices(facts, whole)]
    charts = [_chart(facts, whole)] if len(whole["years"]) > 1 else []
    return Section(
        "plan",
        words.pick("整改方案", "Plan"),
        tuple(paragraphs),
        tuple(table for table in tables if table is not None),
        tuple(charts),
    )


def _money(facts: Facts, node: Node) -> Cell:
    return node.amount(facts.words.pick(" 元", " yuan"))


def _scope(facts: Facts) -> Paragraph:
    return facts.words.say(
        "本方案只针对资源配置，即各校七项指标和各项差异系数；在校生数按现状不变。政府保障、教育质量和社会认可度不在其中。",
        "The plan is for resources alone: the seven indicators of every school and their CVs, pupils as they are now. Government, "
        "quality and recognition are not part of it.",
    )


def _status(facts: Facts, whole: Node) -> Paragraph:
    words, status = facts.words, whole["status"].value
    said = STATUS_WORDS[status][words.lang]
    if status in ("optimal", "within_gap") and whole["bound"].value is not None:
        return words.say(
            "{said}。总费用 {cost}；已证明没有低于 {bound}的方案，本方案至多还能节省 {gap}。",
            "{said}. Cost: {cost}. It is proved that no plan costs less than {bound}: at most {gap} of the cost could be saved.",
            said=said,
            cost=_money(facts, whole["cost"]),
            bound=_money(facts, whole["bound"]),
            gap=whole["gap"].number(percent=True, places=4),
        )
    return words.say("{said}。", "{said}.", "text" if status in _FOUND else "warning", said=said)


def _effect(facts: Facts, whole: Node) -> Paragraph:
    words = facts.words
    return words.say(
        "方案实施后，达标学校由 {before} 所增至 {after} 所，不达标学校由 {failing} 所减至 {left} 所，资源配置结论为{status}。",
        "After it, schools that pass: {after} instead of {before}; schools that fail: {left} instead of {failing}; resources: {status}.",
        before=whole["before"]["schools_passing"].number(),
        after=whole["after"]["schools_passing"].number(),
        failing=whole["before"]["schools_failing"].number(),
        left=whole["after"]["schools_failing"].number(),
        status=words.status(whole["after"]["resources"].value),
    )


def _baselines(facts: Facts, whole: Node) -> list[Paragraph]:
    words, found = facts.words, []
    for key, zh, en in (
        ("all_to_limit", "把每校每项都补到标准", "raising every school to every limit"),
        ("greedy", "逐校取最省的一项作余项、再从低到高补", "choosing school by school, then raising the lowest"),
    ):
        each = whole["baselines"].get(key)
        if each is not None and each["ratio"].value is not None:
            found.append(
                words.say(
                    "比较：{what}需 {cost}，为本方案的 {ratio} 倍。", "For comparison, {what} costs {cost}, {ratio} times as much.", "bullet",
                    what=words.pick(zh, en), cost=_money(facts, each["cost"]), ratio=each["ratio"].number(fixed=True),
                )
            )  # fmt: skip
    return found


def _budget(facts: Facts, whole: Node) -> list[Paragraph]:
    words, budget = facts.words, whole.get("budget")
    if budget is None:
        return []
    if budget["enough"].value:
        return [
            words.say(
                "预算 {amount}，足够。", "Budget: {amount}, which is enough.", amount=_money(facts, budget["amount"])
            )
        ]
    names: list[Cell | tuple[Run, ...]] = [each["name"].quoted() for each in budget["schools"]]
    return [
        words.say(
            "预算 {amount}，不够完成全部方案；以此最多可使 {n} 所学校达标（费用 {cost}）{proved}：{names}。",
            "Budget: {amount}, which is not enough for the whole plan. It makes these schools pass, {n} in all, for {cost}{proved}: {names}.",
            "warning",
            amount=_money(facts, budget["amount"]),
            n=budget["schools"].count(),
            cost=_money(facts, budget["cost"]),
            proved=words.pick("，已证明为最多", ", proved to be the most")
            if budget["most_schools_proved"].value
            else "",
            names=words.listed(names) if names else "–",
        )
    ]


def _block(facts: Facts, block: Node) -> Paragraph:
    words = facts.words
    wanted = block["wanted"]
    if block["school"].value is None:
        return words.say(
            "{stage}{name}：差异系数最低只能降到约 {reached}，限值 {wanted}。",
            "{stage}, {name}: the CV cannot be brought below about {reached}; its limit is {wanted}.", "bullet",
            stage=words.stage(block["stage"].value), name=facts.short(block["indicator"].value),
            reached=block["reached"].number(wanted.exact, places=CV_PLACES, fixed=True), wanted=wanted.limit(),
        )  # fmt: skip
    return words.say(
        "{school}（{stage}）{name}：最多到 {reached}，至少需要 {wanted}{none}。",
        "{school} ({stage}), {name}: reaches {reached}, needs {wanted}{none}.", "bullet",
        school=block["name"].quoted(), stage=words.stage(block["stage"].value), name=facts.short(block["indicator"].value),
        reached=block["reached"].number(wanted.exact), wanted=wanted.limit(),
        none=words.pick("，该处不允许增加", ", and nothing may be added there") if block["nothing_allowed"].value else "",
    )  # fmt: skip


def _missing(facts: Facts, each: Node) -> Paragraph:
    words = facts.words
    what: list[Cell | tuple[Run, ...]] = [
        Cell(words.pick("在校生数", "pupils")) if name == "pupils" else facts.short(name)
        for name in each["missing"].value
    ]
    return words.say(
        "{school}（{stage}）：缺{what}的数据，未纳入方案。", "{school} ({stage}): no data for {what}; not planned for.", "bullet",
        school=each["name"].quoted(), stage=words.stage(each["stage"].value), what=words.listed(what),
    )  # fmt: skip


def _cvs(facts: Facts, whole: Node) -> Table | None:
    """CVs before and after."""
    words = facts.words
    if whole.get("after") is None or not len(whole["items"]):
        return None
    rows = []
    for key, _ in facts.stages:
        for indicator, before in whole["before"]["cvs"][key].items():
            after, limit = whole["after"]["cvs"][key][indicator], before["limit"].exact
            rows.append(
                (
                    Cell(words.stage(key)),
                    facts.short(indicator),
                    before["cv"].number(limit, places=CV_PLACES, fixed=True, status=before["status"].value),
                    after["cv"].number(limit, places=CV_PLACES, fixed=True, status=after["status"].value),
                    before["limit"].limit("≤", places=2),
                    words.status(after["status"].value),
                )
            )
    return Table(
        "plan_cvs",
        words.pick("方案前后的差异系数", "CVs before and after the plan"),
        (
            Column(words.pick("学段", "Stage")),
            Column(words.pick("指标", "Indicator"), width=2),
            Column(words.pick("现在", "Now"), "number"),
            Column(words.pick("实施后", "After"), "number"),
            Column(words.pick("限值", "Limit"), "number"),
            Column(words.pick("实施后结论", "Result after"), "status"),
        ),
        tuple(rows),
    )


def _items(facts: Facts, items: Node) -> Table | None:
    words = facts.words
    names = {each["school"].value: each["name"] for each in facts.units}
    rows = []
    for item in items:
        giver = item["from"].value
        source = Cell("–") if giver is None else names[giver].quoted() if giver in names else item["from"].quoted()
        rows.append(
            (
                item["name"].quoted(),
                Cell(words.stage(item["stage"].value) or words.pick("全校", "school")),
                item["measure_name"].quoted(),
                item["quantity"].amount(),
                Cell(unit_word(field_of(item["field"].value).unit, words.lang)),
                item["cost"].amount(),
                source,
            )
        )
    if not rows:
        return None
    return Table(
        "plan_items",
        words.pick("分校措施", "Measures by school"),
        (
            Column(words.pick("学校", "School"), width=2.2),
            Column(words.pick("学段", "Stage"), width=0.9),
            Column(words.pick("措施", "Measure"), width=2.6),
            Column(words.pick("数量", "Quantity"), "number", width=1.1),
            Column(words.pick("单位", "Unit"), width=0.8),
            Column(words.pick("费用", "Cost"), "number", words.pick("元", "yuan"), width=1.4),
            Column(words.pick("调出学校", "From"), width=1.6),
        ),
        tuple(rows),
    )


def _years(facts: Facts, whole: Node) -> Table | None:
    words = facts.words
    rows = tuple(
        (
            each["year"].number(),
            each["budget"].amount(),
            each["spent"].amount(),
            each["items"].count(),
            each["schools_passing"].number(),
            each["schools_failing"].number(),
            words.status(each["resources"].value),
        )
        for each in whole["years"]
    )
    if not rows:
        return None
    return Table(
        "plan_years",
        words.pick("分年安排", "By year"),
        (
            Column(words.pick("第几年", "Year of the plan"), "number"),
            Column(words.pick("预算", "Budget"), "number", words.pick("元", "yuan"), width=1.4),
            Column(words.pick("支出", "Spent"), "number", words.pick("元", "yuan"), width=1.4),
            Column(words.pick("措施数", "Measures"), "number"),
            Column(words.pick("年末达标学校", "Schools passing"), "number"),
            Column(words.pick("年末不达标学校", "Schools failing"), "number"),
            Column(words.pick("资源配置结论", "Resources"), "status", width=1.3),
        ),
        rows,
    )


def _prices(facts: Facts, whole: Node) -> Table:
    words, assumptions = facts.words, whole["assumptions"]
    assumed = any(each["assumed"].value for each in assumptions["prices"])
    return Table(
        "plan_prices",
        words.pick("采用的单价", "Prices used"),
        (
            Column(words.pick("措施", "Measure"), width=2.5),
            Column(words.pick("单价", "Price"), "number", words.pick("元", "yuan"), width=1.2),
            Column(words.pick("来源", "Source"), width=1.5),
        ),
        tuple(
            (
                each["name"].quoted(),
                each["price"].amount(),
                Cell(words.pick("假设", "assumed") if each["assumed"].value else words.pick("本地填报", "given")),
            )
            for each in assumptions["prices"]
        ),
        words.say("{note}。", "{note}.", "note", note=assumptions["note"].quoted()) if assumed else None,
    )


def _chart(facts: Facts, whole: Node) -> Chart:
    words = facts.words
    years = list(whole["years"])
    return Chart(
        "plan_years",
        words.pick("各年支出", "Spending by year"),
        tuple(each["year"].number() for each in years),
        (Series(words.pick("支出", "Spent"), tuple(each["spent"].amount() for each in years)),),
        unit=words.pick("元", "yuan"),
    )
