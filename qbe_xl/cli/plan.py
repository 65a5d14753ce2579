"""`qbe-xl plan`: the cheapest plan that makes the resources pass."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from qbe_xl.cli.assess import STDOUT, check_ours, check_rules, make_folder, nothing_in, reader, save
from qbe_xl.cli.codes import BLOCKED, FAILS, PASSES, UNDETERMINED
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Lang, Text
from qbe_xl.core.numbers import Exact, exact

if TYPE_CHECKING:
    from qbe_xl.assessment import Assessment
    from qbe_xl.planning.cheapest.costs import Costs
    from qbe_xl.planning.cheapest.plan import Plan


@dataclass(frozen=True)
class Call:
    """One call of `qbe-xl plan`, as parsed."""

    file: str
    costs: str | None = None
    budget: str | None = None
    years: int | None = None
    yearly: str | None = None
    forbid: tuple[str, ...] = ()
    transfers: bool = False
    gap: float | None = None
    seconds: float | None = None
    edition: str | None = None
    form: str | None = None
    options: tuple[str, ...] = ()
    lang: Lang = "zh"
    json: str | None = None
    out_dir: str | None = None
    quiet: bool = False
    guarded: bool = True

    @property
    def stream(self) -> TextIO:
        """Where people read."""
        return sys.stderr if self.json == STDOUT else sys.stdout


def run_plan(call: Call) -> int:
    """Make and write the plan; 0 a plan that is paid for, 1 none or too little money, 2 units without data, 3 unusable."""
    from qbe_xl.planning.cheapest.plan import GAP, SECONDS, make_plan

    check_rules(call.form, call.edition, call.options)
    if call.out_dir is not None:
        make_folder(Path(call.out_dir))
    if call.json is not None and call.json != STDOUT:
        check_ours(Path(call.json), '"schema": "qbe-xl/plan')
        make_folder(Path(call.json).parent)
    budget = _money(call.budget, "--budget") if call.budget is not None else None
    yearly = tuple(_money(part, "--yearly-budget") for part in call.yearly.split(",")) if call.yearly else ()
    gap = GAP if call.gap is None else call.gap / 100
    seconds = SECONDS if call.seconds is None else call.seconds
    if gap < 0 or not seconds > 0:
        problem = Text("--gap 不能为负，--seconds 应大于 0", "--gap must not be negative, --seconds must be above 0")
        raise QbeError("QBE-CAL-009", problem=problem, command="qbe-xl plan")
    costs = _costs(call)
    result = _assessed(call)
    if not result.usable:
        from qbe_xl.outputs.terminal import print_summary

        print_summary(_console(call), result, call.lang)
        return BLOCKED
    plan = make_plan(
        result,
        costs,
        transfers=call.transfers,
        budget=budget,
        years=call.years,
        yearly=yearly,
        gap=gap,
        seconds=seconds,
    )
    _hand_out(call, plan)
    return _code(plan)


def _code(plan: Plan) -> int:
    if not plan.found:
        return FAILS
    if (plan.budget is not None and not plan.budget.enough) or not plan.years_enough:
        return FAILS
    return UNDETERMINED if plan.problem.missing else PASSES


def _costs(call: Call) -> Costs:
    from qbe_xl.planning.cheapest.costs import default_costs, load_costs, parse_forbid

    costs = load_costs(call.costs) if call.costs is not None else default_costs()
    return costs.forbidding(parse_forbid(text) for text in call.forbid)


def _money(text: str, option: str) -> Exact:
    """元; 万 and 亿 behind the number, as budgets are spoken of."""
    kept = text.strip().removesuffix("元").replace("，", "").replace("_", "").strip()
    times = 1
    for word, by in (("亿", 100_000_000), ("万", 10_000)):
        if kept.endswith(word):
            kept, times = kept.removesuffix(word), by
    try:
        value = exact(kept) * times
    except ValueError:
        value = -1
    if value < 0:
        problem = Text(f"{option}“{text}”不是金额", f"{option} “{text}” is no amount of money")
        raise QbeError("QBE-CAL-009", problem=problem, command="qbe-xl plan")
    return value


def _assessed(call: Call) -> Assessment:
    from qbe_xl.assessment import assess_submission

    path = Path(call.file)
    if path.is_dir() and call.form is None:
        return nothing_in(path, call.form, call.edition, call.options)
    with reader([path], call.form, call.guarded) as read:
        return assess_submission(read(path), call.edition, call.options)


def _console(call: Call) -> Any:
    from rich.console import Console

    return Console(file=call.stream)


def _hand_out(call: Call, plan: Plan) -> None:
    if call.json is not None:
        from qbe_xl.planning.cheapest.serial import plan_to_dict
        from qbe_xl.planning.serial import to_json

        text = to_json(plan_to_dict(plan, call.lang)).encode()
        if call.json == STDOUT:
            sys.stdout.flush()
            sys.stdout.buffer.write(text)
            sys.stdout.buffer.flush()
        else:
            save(Path(call.json), text, call.lang)
    if not call.quiet:
        from qbe_xl.outputs.plan_terminal import print_plan

        print_plan(_console(call), plan, call.lang)
    if call.out_dir is not None:
        from qbe_xl.outputs.plan_workbook import PLAN_SUFFIX, draw_plan
        from qbe_xl.outputs.planning_workbook import planning_name, write_planning

        target = Path(call.out_dir) / planning_name(call.file, PLAN_SUFFIX, call.lang)
        written = write_planning(draw_plan(plan, call.lang), target)
        if not call.quiet:
            print(f"已写出 {written}" if call.lang == "zh" else f"Wrote {written}", file=call.stream)
