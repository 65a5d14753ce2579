"""The list of evidence in the terminal: how the criteria are covered, and what a person has to look at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbe_xl.core.languages import Lang, Text
from qbe_xl.outputs.ledger_terminal import say, say_list
from qbe_xl.planning.evidence.evidence import COVER_NAMES, STATE_NAMES, Evidence
from qbe_xl.planning.evidence.serial import lacking_text

if TYPE_CHECKING:
    from rich.console import Console


def print_evidence(console: Console, evidence: Evidence, lang: Lang) -> None:
    """Counts; criteria that pass without evidence; the county's papers that are missing; what the search left aside."""
    since = f" ← {evidence.last_label}" if evidence.last_label else ""
    colon, comma = ("：", "，") if lang == "zh" else (": ", ", ")
    parts = [f"{name[lang]} {evidence.covered(cover)}" for cover, name in COVER_NAMES.items() if evidence.covered(cover)]
    title = Text("档案清单", "List of evidence")
    criteria = Text(f"{len(evidence.criteria)} 项", f"{len(evidence.criteria)} criteria")
    say(console, f"{title[lang]} {evidence.label}{since}{colon}{criteria[lang]}{comma}{comma.join(parts)}")
    states = [f"{name[lang]} {n}" for state, name in STATE_NAMES.items() if (n := sum(e.state == state for e in evidence.entries))]
    papers = Text(f"材料 {len(evidence.entries)} 份", f"{len(evidence.entries)} papers")
    say(console, f"{papers[lang]}{colon}{comma.join(states)}")
    if evidence.assessment.blocked:
        say(console, Text("填报数据有错误，评估结果列只供参考。", "The data have errors; the results beside are for information only.")[lang])
    unproved = [f"{each.criterion.id} {each.criterion.name[lang]}" for each in evidence.unproved]
    say_list(console, Text("数据达标、缺佐证", "Pass by their numbers, without evidence"), unproved, lang)
    lacking = [
        lacking_text((entry,), 1)[lang] for entry in evidence.entries
        if entry.material.level == "county" and entry.wanted and not entry.complete and evidence.listing is not None
    ]  # fmt: skip
    say_list(console, Text("县级材料还缺", "The county's papers still missing"), lacking, lang)
    listing = evidence.listing
    if listing is None:
        say(console, Text("没有给出 --folder，状态只依据人工认定。", "No --folder: states rest on what people decided.")[lang])
        return
    found = Text(f"文件 {len(listing.files)} 个，没有对上材料的 {len(evidence.unmatched)} 个。",
                 f"{len(listing.files)} files, {len(evidence.unmatched)} of them fit no material.")  # fmt: skip
    say(console, found[lang])
    for text, paths in (
        (Text("没有查看的链接", "Links, not followed"), listing.links),
        (Text("层数太深、没有查看的文件夹", "Folders too deep, not looked into"), listing.deep),
        (Text("不能读取的文件夹", "Folders that cannot be read"), listing.unreadable),
    ):
        say_list(console, text, list(paths), lang)
