"""The verdict in one sentence, and the few reasons that decide it."""

from __future__ import annotations

from qbe_xl.assessment.results import Assessment
from qbe_xl.assessment.wording import CV_PLACES, listing, number, plain
from qbe_xl.core.languages import STAGE_NAMES, Lang, Text
from qbe_xl.core.numbers import exact
from qbe_xl.standards.wording import GROUP_NAMES

__all__ = ["GROUP_NAMES", "reasons", "verdict_sentence"]


def verdict_sentence(result: Assessment, lang: Lang) -> str:
    """One sentence: who, when, the answer."""
    county = result.county
    name = (county.name if county else None) or ("（未填县名）" if lang == "zh" else "(county not named)")
    year = county.year if county else None
    when = (f" {year} 年" if lang == "zh" else f" {year}") if year else ""
    if not result.usable:
        return "该工作簿不能评估。" if lang == "zh" else "This workbook cannot be assessed."
    if result.blocked:
        errors = sum(f.severity == "error" for f in result.findings)
        if lang == "zh":
            return f"{name}{when}：填报数据有 {errors} 处错误，改正之前不能下结论。"
        return f"{name}{when}: {errors} {'error' if errors == 1 else 'errors'} in the reported data; no verdict until corrected."
    zh = {"pass": "达到优质均衡标准。", "fail": "未达到优质均衡标准。", "undetermined": "数据不全，尚不能判定。"}
    en = {
        "pass": "meets the standard of quality and balanced compulsory education.",
        "fail": "does not meet the standard of quality and balanced compulsory education.",
        "undetermined": "cannot be decided yet: data are missing.",
    }
    status = result.status if result.status in zh else "undetermined"
    return f"{name}{when}{zh[status]}" if lang == "zh" else f"{name}{when} {en[status]}"


def reasons(result: Assessment, lang: Lang) -> list[str]:
    """What decides the verdict, most weighty first: failures where it fails, what is missing where it is open."""
    if result.resources is None:
        return [finding.sentence(lang) for finding in result.findings]
    lines: list[str] = []
    for wanted in ("fail", "undetermined"):
        if wanted == "undetermined" and lines:
            break
        lines += _resource_reasons(result, lang, wanted)
        for key, group in result.groups.items():
            if group.status not in {wanted, "fail"}:
                continue
            names = [item.id for item in group.items if item.status == wanted]
            if names:
                head = GROUP_NAMES[key][lang]
                word = _word(wanted, lang)
                lines.append(
                    f"{head}：{len(names)} 项{word}（{listing(names, lang, 15)}）"
                    if lang == "zh"
                    else f"{head}: {len(names)} {'item' if len(names) == 1 else 'items'} {word} ({listing(names, lang, 15)})"
                )
    return lines


def _word(status: str, lang: Lang) -> str:
    words = {"fail": Text("不达标", "not met"), "undetermined": Text("缺数据", "without data")}
    return words[status][lang]


def _resource_reasons(result: Assessment, lang: Lang, wanted: str) -> list[str]:
    lines: list[str] = []
    if result.resources is None:
        return lines
    rule = result.edition.file.resource_rule
    missed = Text(
        f"未做到至少 {rule.met_at_least} 项达标、余项不低于标准的 {plain(rule.floor_share, True)}",
        f"do not meet {rule.met_at_least} indicators with the rest at {plain(rule.floor_share, True)} of the limit",
    )
    sign = "＞" if lang == "zh" else " > "
    for stage in result.resources.stages.values():
        name = STAGE_NAMES[stage.stage][lang]
        units = [unit for unit in stage.units if unit.status == wanted]
        if units:
            names = listing([unit.unit.school.name for unit in units], lang, 3, "所")
            lines.append(
                f"{name}：{len(stage.units)} 所中 {len(units)} 所{missed.zh if wanted == 'fail' else '缺数据'}（{names}）"
                if lang == "zh"
                else f"{name}: {len(units)} of {len(stage.units)} schools "
                f"{missed.en if wanted == 'fail' else 'lack data'} ({names})"
            )
        cvs = [i for i in stage.indicators.values() if i.cv_status == wanted]
        if cvs and wanted == "fail":
            shown = [
                f"{i.indicator.id} {number(exact(i.cv), i.cv_limit, places=CV_PLACES)}{sign}{number(i.cv_limit, places=2)}"
                for i in cvs
                if i.cv is not None
            ]
            lines.append(
                f"{name}：差异系数超过限值：{listing(shown, lang, 7)}"
                if lang == "zh"
                else f"{name}: coefficients of variation above the limit: {listing(shown, lang, 7)}"
            )
        elif cvs:
            ids = [i.indicator.id for i in cvs]
            lines.append(
                f"{name}：差异系数缺数据（{listing(ids, lang, 7)}）"
                if lang == "zh"
                else f"{name}: no data for the CV of {listing(ids, lang, 7)}"
            )
    return lines
