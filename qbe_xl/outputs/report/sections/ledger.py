"""十、问题台账: how many points are new, open, closed and back again, and those that are not met."""

from __future__ import annotations

from qbe_xl.outputs.report.facts import Facts, Node
from qbe_xl.outputs.report.model import Cell, Column, Section, Table
from qbe_xl.planning.ledger.ledger import STATE_NAMES

_STATUSES = {"new": "fail", "open": "fail", "back": "fail", "closed": "pass"}


def ledger(facts: Facts) -> Section | None:
    """Counts by state, then the points that are not met or closed; those that lack data are counted."""
    whole = facts.document("ledger")
    if whole is None:
        return None
    words, counts = facts.words, whole["counts"]
    since = whole.get("since")
    first = words.say(
        "台账（{label}）与{since}比较：新增 {new} 项，未销号 {open} 项，已销号 {closed} 项，反弹 {back} 项。"
        if since is not None
        else "台账（{label}）没有往次可比，全部列为新增：{new} 项。",
        "The ledger of {label} against that of {since}: new: {new}; open: {open}; closed: {closed}; back again: {back}."
        if since is not None
        else "The ledger of {label} has no earlier one to compare with; all are new: {new}.",
        label=whole["label"].quoted(),
        since=since.quoted() if since is not None else "",
        new=counts["new"].number(),
        open=counts["open"].number(),
        closed=counts["closed"].number(),
        back=counts["back"].number(),
    )
    second = words.say(
        "其中不达标 {fail} 项，因缺数据待定 {undetermined} 项（待定项目逐项列于问题台账工作簿）。",
        "Not met: {fail}; undetermined for want of data: {undetermined} (the ledger workbook lists these one by one).",
        fail=whole["entries"].count(status="fail"),
        undetermined=whole["entries"].count(status="undetermined"),
    )
    table = _entries(facts, whole)
    return Section("ledger", words.pick("问题台账", "Ledger"), (first, second), (table,) if table is not None else ())


def _entries(facts: Facts, whole: Node) -> Table | None:
    words = facts.words
    rows = []
    for entry in whole["entries"]:
        state = entry["state"].value
        if entry["status"].value == "undetermined" and state != "back":
            continue
        manual = entry["manual"].value
        rows.append(
            (
                Cell(STATE_NAMES[state][words.lang], status=_STATUSES[state]),
                entry["name"].quoted() if entry["name"].value else Cell(words.pick("全县", "County")),
                Cell(words.stage(entry["stage"].value) or "–"),
                entry["title"].quoted(),
                entry["standard"].quoted(),
                entry["found"].quoted(),
                entry["manual"]["measure"].quoted() if manual.get("measure") else entry["needed"].quoted(),
                entry["manual"]["responsible"].quoted() if manual.get("responsible") else Cell("–"),
                entry["manual"]["deadline"].quoted() if manual.get("deadline") else Cell("–"),
            )
        )
    if not rows:
        return None
    return Table(
        "ledger",
        words.pick("台账项目", "Points of the ledger"),
        (
            Column(words.pick("状态", "State"), "status", width=1),
            Column(words.pick("学校", "School"), width=1.8),
            Column(words.pick("学段", "Stage"), width=0.8),
            Column(words.pick("项目", "Item"), width=2.6),
            Column(words.pick("标准", "Limit"), width=1.6),
            Column(words.pick("现状", "Present state"), width=2.6),
            Column(words.pick("措施", "Measure"), width=2.4),
            Column(words.pick("责任人", "Responsible"), width=1),
            Column(words.pick("完成时限", "Deadline"), width=1.1),
        ),
        tuple(rows),
        wide=True,
    )
