"""The ledger in the terminal: how many entries are in each state, and what a person has to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbe_xl.core.languages import STAGE_NAMES, Lang, Text
from qbe_xl.planning.ledger.ledger import STATE_NAMES, Entry, Ledger

if TYPE_CHECKING:
    from rich.console import Console

_LISTED = 12


def print_ledger(console: Console, ledger: Ledger, lang: Lang) -> None:
    """Counts, what came back, how schools were found again, and schools that are not in this report."""
    since = f" ← {ledger.last_label}" if ledger.last_label else ""
    parts = [f"{name[lang]} {ledger.count(state)}" for state, name in STATE_NAMES.items()]
    title = Text("问题台账", "Ledger")
    say(console, f"{title[lang]} {ledger.label}{since}{'：' if lang == 'zh' else ': '}{('，' if lang == 'zh' else ', ').join(parts)}")
    if ledger.assessment.blocked:
        say(console, Text("填报数据有错误，改正后请重新生成台账。", "The data have errors; make the ledger again once they are mended.")[lang])
    back = [entry for entry in ledger.entries if entry.state == "back"]
    say_list(console, Text("反弹", "Back again"), [_entry(entry, lang) for entry in back], lang)
    told = [link for link in ledger.links.values() if link.how in ("alike", "merged", "campus")]
    say_list(console, Text("学校变化", "Schools that changed"), [f"{link.old.name} → {link.note[lang]}" for link in told], lang)
    gone = [link for link in ledger.links.values() if link.how == "gone"]
    say_list(console, Text("本次未上报的学校（如已更名、合并或撤销，请用 --successors 写明）",
                        "Schools not in this report (renamed, merged or closed? Say so with --successors)"),
          [" ".join(part for part in (link.old.code, link.old.name) if part) for link in gone], lang)  # fmt: skip


def _entry(entry: Entry, lang: Lang) -> str:
    stage = STAGE_NAMES[entry.stage][lang] if entry.stage in STAGE_NAMES else ""
    return " ".join(part for part in (entry.id, entry.name, stage, entry.title[lang]) if part)


def say_list(console: Console, title: Text, lines: list[str], lang: Lang) -> None:
    """A titled list, cut after some lines; nothing where it is empty."""
    if not lines:
        return
    say(console, f"{title[lang]}{'：' if lang == 'zh' else ':'}")
    for line in lines[:_LISTED]:
        say(console, f"  {line}")
    if len(lines) > _LISTED:
        more = len(lines) - _LISTED
        say(console, f"  （还有 {more} 项）" if lang == "zh" else f"  ({more} more)")


def say(console: Console, text: str) -> None:
    """One line without control characters or markup: a name in a workbook must not steer the terminal."""
    line = "".join(c if c.isprintable() else " " for c in text)
    console.print(line, markup=False, highlight=False, soft_wrap=True)
