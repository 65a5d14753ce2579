"""The cheapest plan in the terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qbe_xl.assessment.wording import number
from qbe_xl.core.languages import STATUS_NAMES, Lang, Text
from qbe_xl.outputs.results.plan_sheets import (
    SCOPE,
    STATUS_WORDS,
    assumption_words,
    baseline_words,
    block_words,
    budget_words,
    item_unit,
    missing_words,
    money,
    proof_words,
)
from qbe_xl.planning.cheapest.plan import Item, Plan
from qbe_xl.planning.cheapest.roadmap import ordered, passing

if TYPE_CHECKING:
    from rich.console import Console

_SCHOOLS = 12


def print_plan(console: Console, plan: Plan, lang: Lang = "zh") -> None:
    """Cost, proof, what is bought in all, the first schools, the years."""
    from rich.markup import escape

    def say(text: str, style: str = "") -> None:
        kept = "".join(c if c.isprintable() else " " for c in text)
        console.print(escape(kept), style=style, soft_wrap=True, highlight=False)

    say(STATUS_WORDS[plan.status][lang], "bold" if plan.found else "bold red")
    if plan.found:
        say(Text(f"总费用 {money(plan.cost, 'zh')}。", f"Cost {money(plan.cost, 'en')}.")[lang], "bold")
        say(proof_words(plan)[lang])
        after = passing(plan.after) if plan.after is not None else 0
        say(
            Text(
                f"达标学校由 {passing(plan.before)} 所增至 {after} 所。",
                f"Schools passing: from {passing(plan.before)} to {after}.",
            )[lang]
        )
        if (simple := baseline_words(plan)) is not None:
            say(simple[lang])
    for text in missing_words(plan):
        say(text[lang], "yellow")
    for block in plan.blocks:
        say(f"✗ {block_words(block)[lang]}", "red")
    if plan.budget is not None:
        say(budget_words(plan)[lang], "" if plan.budget.enough else "bold yellow")
    _totals(plan, lang, say)
    schools = ordered(plan)
    for school, items in schools[:_SCHOOLS]:
        parts = ("；" if lang == "zh" else "; ").join(_words(item, lang) for item in items)
        say(
            f"  {school.name}（{money(sum(i.cost for i in items), lang)}）：{parts}"
            if lang == "zh"
            else f"  {school.name} ({money(sum(i.cost for i in items), lang)}): {parts}"
        )
    if len(schools) > _SCHOOLS:
        more = len(schools) - _SCHOOLS
        say(
            Text(f"  （还有 {more} 所，见工作簿：--out-dir）", f"  ({more} more schools in the workbook: --out-dir)")[
                lang
            ]
        )
    for year in plan.years:
        status = STATUS_NAMES[year.after.resources.status][lang] if year.after.resources is not None else "–"
        say(Text(
            f"第 {year.number} 年 支出 {money(year.spent, 'zh')}，年末达标 {year.schools_passing} 所，资源配置{status}",
            f"Year {year.number}: {money(year.spent, 'en')}, {year.schools_passing} schools pass, resources: {status}",
        )[lang])  # fmt: skip
    if not plan.years_enough:
        say(
            Text("各年预算合计不够完成全部方案。", "The yearly budgets do not pay for the whole plan.")[lang],
            "bold yellow",
        )
    say(assumption_words(plan)[lang], "yellow")
    say(SCOPE[lang], "dim")


def _totals(plan: Plan, lang: Lang, say: Callable[[str], None]) -> None:
    groups: dict[str, list[Item]] = {}
    for item in plan.items:
        groups.setdefault(item.measure.id, []).append(item)
    for items in groups.values():
        quantity = number(sum(i.quantity for i in items))
        say(
            f"· {items[0].measure.name[lang]} {quantity} {item_unit(items[0], lang)}  {money(sum(i.cost for i in items), lang)}"
        )


def _words(item: Item, lang: Lang) -> str:
    text = f"{item.measure.name[lang]} {number(item.quantity)} {item_unit(item, lang)}"
    if item.giver is not None:
        text += f"（自{item.giver.name}）" if lang == "zh" else f" (from {item.giver.name})"
    return text
