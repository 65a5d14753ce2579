"""`qbe-xl ledger`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from qbe_xl.cli import planning
from qbe_xl.cli.codes import PASSES
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Text

if TYPE_CHECKING:
    from qbe_xl.planning.ledger.ledger import Before


@dataclass(frozen=True)
class LedgerCall(planning.Call):
    """One call, as parsed. `against`: earlier ledgers or reports, oldest first."""

    against: tuple[str, ...] = ()
    successors: str | None = None
    pages: bool = False


def run_ledger(call: LedgerCall) -> int:
    """The ledger of a report; 3 where the workbook cannot be assessed."""
    planning.prepare(call, '"schema": "qbe-xl/ledger')
    if call.pages and call.out_dir is None:
        problem = Text("--school-pages 须与 --out-dir 一起使用", "--school-pages needs --out-dir")
        raise QbeError("QBE-CAL-009", problem=problem, command="qbe-xl ledger")
    from qbe_xl.planning.ledger.successors import read_successors

    successors = read_successors(call.successors) if call.successors is not None else {}
    result = planning.assessed(call)
    if not result.usable:
        return planning.unusable(call, result)
    from qbe_xl.outputs.ledger_workbook import LEDGER_SUFFIX, PAGES_SUFFIX, draw_ledger, draw_pages, write_new
    from qbe_xl.outputs.planning_workbook import planning_name
    from qbe_xl.planning.ledger.ledger import make_ledger
    from qbe_xl.planning.ledger.serial import ledger_to_dict

    ledger = make_ledger(result, earlier(call, successors), successors)
    if call.json is not None:
        planning.write_json(call, ledger_to_dict(ledger, call.lang))
    if not call.quiet:
        from qbe_xl.outputs.ledger_terminal import print_ledger

        print_ledger(planning.console(call), ledger, call.lang)
    if call.out_dir is not None:
        drawings = [(LEDGER_SUFFIX, draw_ledger(ledger, call.lang))]
        if call.pages:
            drawings.append((PAGES_SUFFIX, draw_pages(ledger, call.lang)))
        for suffix, drawing in drawings:
            written = write_new(drawing, Path(call.out_dir) / planning_name(call.file, suffix, call.lang))
            if not call.quiet:
                print(f"已写出 {written}" if call.lang == "zh" else f"Wrote {written}", file=call.stream)
    return PASSES


def earlier(call: LedgerCall, successors: dict[str, str | None]) -> Before | None:
    """What the files named by --against know, one after the other."""
    from qbe_xl.planning.ledger.ledger import make_ledger
    from qbe_xl.planning.ledger.reading import read_ledger
    from qbe_xl.safety import Refused

    before: Before | None = None
    for name in call.against:
        try:
            read = read_ledger(name, call.guarded)
        except Refused:
            read = None  # what is wrong with the file is told by the reader of reports
        if read is not None:
            values = before.values if before is not None and before.label == read.label else {}
            before = replace(read, values={**read.values, **values})
            continue
        result = planning.assessed(replace(call, file=name))
        if not result.usable:
            raise QbeError("QBE-PLN-202", file=name)
        before = make_ledger(result, before, successors).as_before()
    return before
