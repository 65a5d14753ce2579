"""What the years point out, in sentences."""

from __future__ import annotations

from fractions import Fraction

from qbe_xl.assessment.wording import CV_PLACES, PLACES, SIGNS, number, plain
from qbe_xl.core.fields import YES_NO
from qbe_xl.core.languages import STAGE_NAMES, STATUS_NAMES, Lang, Text
from qbe_xl.core.numbers import tidy
from qbe_xl.planning.trend.series import Line, Point
from qbe_xl.planning.trend.settings import horizon, rate_years, worse_by
from qbe_xl.planning.trend.signals import Course, Regression

CV_MEASURES = ("cv", "composite")


def rule() -> Text:
    """How warnings come about, in two sentences."""
    years, ahead = rate_years(), horizon()
    return Text(
        f"预警是外推，不是预测：取最近 {years} 个（至少 2 个）有数据年度的平均年变化，从最近一年起照此推算，"
        f"{ahead} 年之内将越过限值的列出；只看仍然达标、且最近一次变化也朝向限值的项目。不参与任何判定。",
        f"Warnings are extrapolations, not forecasts: the mean yearly change over the last {years} (at least 2) years with data "
        f"goes on from the newest year, and what would cross its limit within {ahead} years is listed. Only figures that still meet it "
        "and whose last change went towards it, too. They decide nothing.",
    )


def worse_rule() -> Text:
    """What counts as worse."""
    cv = plain(worse_by("cv"))
    return Text(
        f"退步：原来达标、现在不达标的项目；差异系数上升 {cv} 及以上；超标班、超规模学校增加；已超标的最大班额又增大。",
        f"Steps back: what met its limit and does not now; CVs up by {cv} or more; more classes or schools above their size; larger "
        "largest classes where they are above it.",
    )


def label(line: Line, lang: Lang) -> str:
    """What a line is about: `G9 …`, `小学 L1 …：差异系数`, `第一小学 在校生数`."""
    if line.school is not None:
        return f"{line.school_name} {line.id} {line.name[lang]}"
    if line.measure in ("item", "part"):
        return f"{line.id} {line.name[lang]}"
    return line.name.zh.replace("：", "") if lang == "zh" else line.name.en.replace(": ", ", ")


def value_text(line: Line, point: Point, lang: Lang) -> str:
    """A point's value, rounded so that it stands to its limit as it does; `–` where there is none."""
    if point.value is None:
        return "–"
    if isinstance(point.value, str):
        return YES_NO[point.value][lang] if point.value in YES_NO else point.value
    places = CV_PLACES if line.measure in CV_MEASURES else PLACES
    text = number(point.value, point.limit, line.percent, places)
    return f"{text}/{point.limit}" if line.measure == "met" else text


def course_sentence(course: Course, newest: int, lang: Lang) -> str:
    """Rate, newest value, limit, and the year in which it would no longer be met."""
    line = course.line
    places = CV_PLACES if line.measure in CV_MEASURES else PLACES
    size = Fraction(course.rate if course.rate > 0 else -course.rate)
    # held against 0, so that a small rate never shows as none
    amount = number(tidy(size * 100 if line.percent else size), 0, places=places)
    value = number(course.value, course.limit, line.percent, places)
    limit = f"{SIGNS[line.operator or '<=']} {plain(course.limit, line.percent)}"
    up = course.rate > 0
    if lang == "zh":
        points = " 个百分点" if line.percent else ""
        return (
            f"{label(line, lang)}：{course.since}—{newest} 年平均每年{'升' if up else '降'} {amount}{points}，{newest} 年为 {value}"
            f"（要求 {limit}）；照此外推，{course.in_years} 年后（{course.year} 年）不再达标"
        )
    points = (" point" if amount == "1" else " points") if line.percent else ""
    return (
        f"{label(line, lang)}: {'up' if up else 'down'} {amount}{points} a year in {course.since}–{newest}, {value} in {newest} (to be {limit}); "
        f"at this rate no longer met in {course.in_years} {'year' if course.in_years == 1 else 'years'} ({course.year})"
    )


def regression_sentence(each: Regression, newest: int, lang: Lang) -> str:
    """Both years' values, and whether it failed or got worse."""
    before, after = (_with_status(each.line, point, lang) for point in (each.before, each.after))
    if lang == "zh":
        word = "由达标变为不达标" if each.kind == "now_fails" else "变差"
        return f"{label(each.line, lang)}{word}：{each.since} 年 {before}，{newest} 年 {after}"
    word = "met then, not now" if each.kind == "now_fails" else "worse"
    return f"{label(each.line, lang)}: {word} ({before} in {each.since}, {after} in {newest})"


def _with_status(line: Line, point: Point, lang: Lang) -> str:
    if point.value is None:
        return STATUS_NAMES[point.status][lang] if point.status is not None else "–"
    return value_text(line, point, lang)


def stage_word(stage: str | None, lang: Lang) -> str:
    """`小学`; nothing for what is of no stage."""
    return STAGE_NAMES[stage][lang] if stage else ""
