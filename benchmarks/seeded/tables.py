"""The tables of a run, in English and Chinese, and their place in a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.seeded.faults import APART, KINDS, STRUCTURAL
from benchmarks.seeded.measure import SPREADS, Alarms, Outcome
from qbe_xl.core.fields import all_fields
from qbe_xl.core.languages import Lang, Text

BEGIN, END = "<!-- seeded errors: begin -->", "<!-- seeded errors: end -->"
SMALL_CV = 0.35
# Fields that something else in the report must agree with, so that a wrong figure shows whatever the spread.
REDUNDANT = frozenset(
    ("pupils", "classes", "largest_class", "over_classes", "teachers", "pe_art", "pe", "music", "art",
     "music_rooms", "music_rooms_96", "art_rooms", "art_rooms_90",
     "teachers_total", "teachers_360_hours", "teachers_full_time", "teachers_certified", "exchange_eligible", "exchanged",
     "proximity_pupils", "intake_pupils", "quota_allocated", "quota_planned", "migrant_eligible", "migrant_public",
     "graduates", "entrants", "disabled_enrolled", "disabled_children", "disabled_in_special_school",
     "disabled_in_regular_class", "disabled_taught_at_home", "survey_valid", "survey_satisfied", "survey_issued")
)  # fmt: skip
SPREAD_FIELDS = frozenset(  # whose spread between schools is the county's CV
    ("teachers", "above_degree", "backbone", "pe_art", "teaching_area", "outdoor_sports_area", "equipment_value", "multimedia_rooms")
)
KIND_NAMES = {
    "blank": Text("漏填", "blank"),
    "text": Text("文字代替数字", "text for a number"),
    "sign": Text("多了负号", "sign"),
    "formula": Text("公式代替填报值", "formula pasted into an input"),
    "shifted row": Text("整行错位", "shifted row"),
    "duplicate": Text("学校重复", "row or school twice"),
    "shifted column": Text("整列错一行", "shifted column"),
    "unit": Text("单位错误", "wrong unit"),
    "ten-fold": Text("差十倍", "ten-fold"),
    "hundred-fold": Text("差百倍", "hundred-fold"),
    "digit swap": Text("相邻数字颠倒", "two digits swapped"),
    "neighbour": Text("填成相邻单元格的值", "value of the neighbour"),
    "over formula": Text("数值覆盖模板公式", "value typed over a template's formula"),
}
PUBLISHED = Text("公布值", "published")


@dataclass(frozen=True)
class Run:
    """How the figures came about."""

    command: str
    date: str
    machine: tuple[int, str, str]  # cores, processor, Python
    seconds: float
    held_apart: bool


def replaced(page: str, content: str) -> str:
    """The page with what stands between its markers replaced; ValueError where it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no markers")
    return f"{before}{BEGIN}\n{content}\n{END}{after}"


def some(outcome: Outcome) -> bool:
    """Whether anything was said that the sound county does not give."""
    return bool(outcome.codes)


def share(outcomes: Sequence[Outcome], good: Callable[[Outcome], bool] = lambda o: o.found) -> str:
    """A percentage, or – for none."""
    return f"{100 * sum(map(good, outcomes)) / len(outcomes):.1f} %" if outcomes else "–"


def precision(outcomes: Iterable[Outcome]) -> str:
    """Of the findings that came with the faults, those that point at them or name them."""
    listed = list(outcomes)
    every = sum(len(o.codes) for o in listed)
    return f"{100 * sum(o.concerned for o in listed) / every:.1f} %" if every else "–"


def ten_fold(outcomes: Iterable[Outcome]) -> tuple[list[Outcome], list[Outcome]]:
    """The ten-fold errors where they must show (small spread or a redundant field), and the others."""
    listed = [o for o in outcomes if o.fault.kind == "ten-fold"]
    must = [o for o in listed if _must_show(o)]
    return must, [o for o in listed if o not in must]


def _must_show(outcome: Outcome) -> bool:
    small = outcome.spread is not None and outcome.spread <= SMALL_CV
    return outcome.fault.field in REDUNDANT or (small and outcome.fault.field in SPREAD_FIELDS)


def page(run: Run, outcomes: Sequence[Outcome], alarms: Sequence[Alarms], lang: Lang) -> str:
    """All tables of a run."""
    t = Text
    cores, processor, python = run.machine
    seeds = t("留作测量的种子", "seeds held apart") if run.held_apart else t("用于调整的种子", "seeds for tuning")
    head = t(
        f"`{run.command}`，{run.date}，{cores} 核 {processor}，Python {python}，用时 {run.seconds:.0f} 秒；{seeds.zh}；"
        f"{len(outcomes)} 个错误，{len(alarms)} 个县，每县 75 所学校。",
        f"`{run.command}`, {run.date}, {cores} cores {processor}, Python {python}, {run.seconds:.0f} s; {seeds.en}; "
        f"{len(outcomes)} faults in {len(alarms)} counties of 75 schools.",
    )
    by_outcome = [make(outcomes, lang) for make in (_by_kind, _by_spread)]
    return "\n\n".join(
        [head[lang], _targets(outcomes, alarms, lang), *by_outcome, _false(alarms, lang), _by_field(outcomes, lang)]
    )


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(titles)} |", f"|{'---|' * len(titles)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _spread(spread: float | None, lang: Lang) -> str:
    return PUBLISHED[lang] if spread is None else f"{spread:g}"


def _by_kind(outcomes: Sequence[Outcome], lang: Lang) -> str:
    title = {"zh": "按错误种类", "en": "By kind"}[lang]
    titles = {
        "zh": ("种类", "个数", "在该单元格或该校发现", "有发现", "准确率"),
        "en": ("kind", "faults", "found at the cell or school", "something found", "precision"),
    }[lang]
    rows = []
    for kind in (*KINDS, *APART):
        mine = [o for o in outcomes if o.fault.kind == kind]
        if mine:
            rows.append((KIND_NAMES[kind][lang], str(len(mine)), share(mine), share(mine, some), precision(mine)))
    usual = [o for o in outcomes if o.fault.kind not in APART]
    every = {"zh": "全部（不含最后一种）", "en": "all but the last"}[lang]
    rows.append((every, str(len(usual)), share(usual), share(usual, some), precision(usual)))
    return f"**{title}**\n\n{_table(titles, rows)}"


def _by_spread(outcomes: Sequence[Outcome], lang: Lang) -> str:
    title = {"zh": "按差异系数：在该单元格或该校发现的比例", "en": "By CV: found at the cell or school"}[lang]
    first = {"zh": "种类", "en": "kind"}[lang]
    rows = []
    for kind in KINDS:
        mine = [o for o in outcomes if o.fault.kind == kind]
        if mine:
            rows.append((KIND_NAMES[kind][lang], *(share([o for o in mine if o.spread == s]) for s in SPREADS)))
    return f"**{title}**\n\n{_table((first, *(_spread(s, lang) for s in SPREADS)), rows)}"


def _targets(outcomes: Sequence[Outcome], alarms: Sequence[Alarms], lang: Lang) -> str:
    must, rest = ten_fold(outcomes)
    structural = [o for o in outcomes if o.fault.kind in STRUCTURAL]
    title = {"zh": "与目标比较", "en": "Against the targets"}[lang]
    titles = {
        "zh": ("项目", "个数", "在该单元格或该校发现", "有发现", "目标"),
        "en": ("what", "number", "found at the cell or school", "something found", "target"),
    }[lang]
    names = {
        "zh": (
            "结构性错误（漏填、文字、公式、整行错位、重复）",
            "差十倍：差异系数 ≤ 0.35 或有可核对的字段",
            "差十倍：其余",
            "每个无错误的县的误报",
        ),
        "en": (
            "structural kinds (blank, text, formula, shifted row, twice)",
            "ten-fold: CV ≤ 0.35 or a redundant field",
            "ten-fold: elsewhere",
            "false alarms a sound county",
        ),
    }[lang]
    average = sum(len(a.codes) for a in alarms) / len(alarms) if alarms else 0.0
    rows = [
        (names[0], str(len(structural)), share(structural), share(structural, some), "≥ 99 %"),
        (names[1], str(len(must)), share(must), share(must, some), "≥ 95 %"),
        (names[2], str(len(rest)), share(rest), share(rest, some), "–"),
        (names[3], str(len(alarms)), "–", f"{average:.2f}", "≤ 1"),
    ]
    return f"**{title}**\n\n{_table(titles, rows)}"


def _false(alarms: Sequence[Alarms], lang: Lang) -> str:
    title = {"zh": "无错误的县", "en": "Sound counties"}[lang]
    titles = {"zh": ("差异系数", "县数", "每县误报", "最多", "代码"), "en": ("CV", "counties", "findings a county", "most", "codes")}[lang]
    rows = []
    for spread in SPREADS:
        mine = [a for a in alarms if a.spread == spread]
        if mine:
            codes = Counter(code for a in mine for code in a.codes)
            words = ", ".join(f"{code} {count}" for code, count in codes.most_common()) or "–"
            every = [len(a.codes) for a in mine]
            rows.append((_spread(spread, lang), str(len(mine)), f"{sum(every) / len(mine):.2f}", str(max(every)), words))
    return f"**{title}**\n\n{_table(titles, rows)}"


def _by_field(outcomes: Sequence[Outcome], lang: Lang) -> str:
    """Single figures only: a shifted or repeated row is about no field."""
    title = {"zh": "按字段（单个数值的错误）", "en": "By field (faults in single figures)"}[lang]
    titles = {
        "zh": ("字段", "个数", "在该单元格或该校发现", "有发现", "差十倍：有发现", "准确率"),
        "en": ("field", "faults", "found at the cell or school", "something found", "ten-fold: something found", "precision"),
    }[lang]
    mine: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.fault.field and outcome.fault.kind not in APART:
            mine.setdefault((outcome.fault.level, outcome.fault.field), []).append(outcome)
    rows = []
    for (_, field), listed in sorted(mine.items(), key=lambda item: (("school", "county", "survey").index(item[0][0]), item[0][1])):
        tens = [o for o in listed if o.fault.kind == "ten-fold"]
        of_tens = f"{share(tens, some)} ({len(tens)})" if tens else "–"
        rows.append(
            (_field_name(field, lang), str(len(listed)), share(listed), share(listed, some), of_tens, precision(listed))
        )
    return f"**{title}**\n\n{_table(titles, rows)}"


def _field_name(field: str, lang: Lang) -> str:
    known = all_fields()
    if field in known:
        return known[field].name[lang]
    found = next((known[f"{field}_{stage}"] for stage in ("primary", "junior", "senior") if f"{field}_{stage}" in known), None)
    if found is None:
        return field
    name = found.name[lang]
    for word in ("小学", "Primary ", "primary ", "Primary"):
        name = name.replace(word, "")
    return name[:1].upper() + name[1:]
