"""The findings of a file as lines of text, grouped by cause."""

from __future__ import annotations

from collections.abc import Sequence

from qbe_xl.core.findings import STATE_NAMES, STATES, Finding
from qbe_xl.core.languages import Lang
from qbe_xl.core.messages import catalogue
from qbe_xl.outputs.findings_files.checked import STATUS_WORDS, Checked, groups, one_line

MOST = 20  # places that are listed of one group
_LONGEST = 400  # characters of one line


def lines(checked: Checked, lang: Lang = "zh", whole: bool = False) -> list[str]:
    """Every group with its count, places and remedy, then the file's line of totals.

    `whole` lists every place, cuts no line, and adds the rule behind each code and the value by which an open query can be
    answered; answered queries are listed with their reason in any case. Else at most `MOST` places a group
    are listed and the rest is counted.
    """
    found = []
    for group in groups(checked.findings):
        found += _group(checked, group, lang, whole)
    if checked.problem is not None:
        found.append(f"  {checked.problem}")
    return [_cut(line, whole) for line in [*found, totals(checked, lang)]]


def totals(checked: Checked, lang: Lang = "zh") -> str:
    """`name  [有错误]  错误 3、疑问 2、提示 1`."""
    counts = [f"{STATE_NAMES[state][lang]} {checked.count(state)}" for state in STATES if checked.count(state)]
    line = f"{checked.path}  [{STATUS_WORDS[checked.status][lang]}]"
    if counts:
        line += "  " + ("、" if lang == "zh" else ", ").join(counts)
    if checked.against is not None:
        line += f"  （与 {checked.against.name} 比较）" if lang == "zh" else f"  (against {checked.against.name})"
    return line


def _group(checked: Checked, group: Sequence[Finding], lang: Lang, whole: bool) -> list[str]:
    first = group[0]
    found = [f"{STATE_NAMES[first.state][lang]} {first.code} × {len(group)}"]
    shown = group if whole else group[:MOST]
    fixes = {finding.fix(lang) for finding in group}
    for finding in shown:
        fix = "" if len(fixes) == 1 or finding.explained else finding.fix(lang)
        found.append("    " + " ".join(part for part in (where(finding), finding.message(lang), fix) if part))
        found += [f"      {each.sentence(lang)}" for each in finding.explained]
        value = checked.value(finding) if whole and not finding.explained else None
        if value is not None:
            found.append(f"      当时的值：{value}" if lang == "zh" else f"      Value then: {value}")
    if len(group) > len(shown):
        more = len(group) - len(shown)
        found.append(
            f"    另有 {more} 处未列出：每类最多列 {MOST} 处，--profile reviewer 列出全部。"
            if lang == "zh"
            else f"    {more} more are not listed: {MOST} at most of a kind; --profile reviewer lists all."
        )
    if len(fixes) == 1 and not first.explained:
        found.append(f"    → {fixes.pop()}")
    why = catalogue()[first.code].why
    if whole and why is not None:
        found.append(f"    依据：{why.zh}" if lang == "zh" else f"    Why: {why.en}")
    return found


def where(finding: Finding) -> str:
    """The place, and the school where the place does not tell it."""
    if not finding.school:
        return finding.place
    return f"{finding.place} ({finding.school})".strip()


def _cut(line: str, whole: bool) -> str:
    plain = one_line(line)
    return plain if whole or len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"
