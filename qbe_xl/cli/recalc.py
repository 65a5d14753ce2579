"""`qbe-xl recalc`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qbe_xl.cli.codes import BLOCKED, PASSES
from qbe_xl.cli.problems import say
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Lang, Text
from qbe_xl.core.messages import render
from qbe_xl.safety import Refused

if TYPE_CHECKING:
    from qbe_xl.formula import CellValue
    from qbe_xl.hosts.headless import Recalculation

COPY = Text("重算", "recalculated")
SHOWN = 10


def recalc(file: str, out: str | None, lang: Lang, force: bool) -> int:
    """Write a copy with fresh results and say what was stale; QbeError where the target is the original or exists."""
    source = Path(file)
    target = Path(out) if out else source.with_name(f"{source.stem}.{COPY[lang]}{source.suffix}")
    if target.exists() and source.exists() and target.samefile(source):
        raise QbeError("QBE-CAL-013", file=str(target))
    if target.exists() and not force:
        raise QbeError("QBE-CAL-010", file=str(target))
    from qbe_xl.hosts.headless import recalculate

    try:
        found = recalculate(source)
        found.save(target, replace=force)
    except Refused as refused:
        text, fix = render(refused.code, lang, refused.values)
        say(f"{refused.code} {text}{fix}", f"{refused.code} {text} {fix}", lang)
        return BLOCKED
    for line in _told(found, target, lang):
        print(line)
    return PASSES


def _told(found: Recalculation, target: Path, lang: Lang) -> list[str]:
    total, stale = len(found.values), found.differences
    zh = f"重算 {total} 个公式单元格，{len(stale)} 个与文件中保存的结果不同。"
    en = f"{total} formula cells recalculated; {len(stale)} differ from the results saved in the file."
    lines = [Text(zh, en)[lang]]
    for each in stale[:SHOWN]:
        saved, value = _shown(each.saved, lang), _shown(each.value, lang)
        where = f"{each.sheet}!{each.ref}"
        lines.append(Text(f"  {where}：原为 {saved}，应为 {value}", f"  {where}: was {saved}, should be {value}")[lang])
    if len(stale) > SHOWN:
        rest = len(stale) - SHOWN
        lines.append(Text(f"  ……另有 {rest} 个", f"  … and {rest} more")[lang])
    lines.append(Text(f"已写出 {target}", f"Wrote {target}")[lang])
    return lines


def _shown(value: CellValue, lang: Lang) -> str:
    if value is None or value == "":
        return Text("空", "blank")[lang]
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return f"{value:.15g}" if isinstance(value, float) else str(value)
