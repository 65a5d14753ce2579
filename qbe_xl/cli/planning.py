"""`qbe-xl gaps`, `whatif` and `new-scenario`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from qbe_xl.cli.assess import STDOUT, check_ours, check_rules, make_folder, nothing_in, reader, save
from qbe_xl.cli.codes import BLOCKED, PASSES
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Lang
from qbe_xl.core.messages import render

if TYPE_CHECKING:
    from qbe_xl.assessment import Assessment
    from qbe_xl.outputs.results.drawing import Drawing
    from qbe_xl.planning.scenario import Scenario

_BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et")


@dataclass(frozen=True)
class Call:
    """One call of a planning command, as parsed."""

    file: str
    scenarios: tuple[str, ...] = ()
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


def run_gaps(call: Call) -> int:
    """What is missing and who drives the CVs; 3 where the workbook cannot be assessed."""
    prepare(call, '"schema": "qbe-xl/gaps')
    result = assessed(call)
    if not result.usable:
        return unusable(call, result)
    from qbe_xl.planning.drivers import find_drivers
    from qbe_xl.planning.gaps import find_gaps
    from qbe_xl.planning.serial import gaps_to_dict

    gaps, drivers = find_gaps(result), find_drivers(result)
    if call.json is not None:
        write_json(call, gaps_to_dict(gaps, drivers, call.lang))
    if not call.quiet:
        from qbe_xl.outputs.planning_terminal import print_gaps

        print_gaps(console(call), gaps, drivers, call.lang)
    if call.out_dir is not None:
        from qbe_xl.outputs.planning_workbook import GAPS_SUFFIX, draw_gaps, planning_name

        write_book(call, planning_name(call.file, GAPS_SUFFIX, call.lang), draw_gaps(gaps, drivers, call.lang))
    return PASSES


def run_whatif(call: Call) -> int:
    """Scenarios beside the present; 3 where the workbook cannot be assessed."""
    prepare(call, '"schema": "qbe-xl/whatif')
    named = _named(call)
    result = assessed(call)
    if not result.usable:
        return unusable(call, result)
    scenarios = _checked(call, (*_of_workbook(call), *named))
    from qbe_xl.planning.serial import whatif_to_dict
    from qbe_xl.planning.whatif import what_if

    compared = what_if(result, scenarios)
    if call.json is not None:
        write_json(call, whatif_to_dict(compared, call.lang))
    if not call.quiet:
        from qbe_xl.outputs.planning_terminal import print_whatif

        print_whatif(console(call), compared, call.lang)
    if call.out_dir is not None:
        from qbe_xl.outputs.planning_workbook import WHATIF_SUFFIX, draw_whatif, planning_name

        write_book(call, planning_name(call.file, WHATIF_SUFFIX, call.lang), draw_whatif(compared, call.lang))
    return PASSES


def new_scenario(file: str, out: str | None, lang: Lang, force: bool, guarded: bool = True) -> int:
    """Write a scenario file for a workbook, with its schools listed: .yaml, or .xlsx by the target's suffix."""
    from qbe_xl.outputs.scenario_template import default_name, write_template

    source = Path(file)
    target = Path(out) if out is not None else source.with_name(default_name(source.name, lang))
    if target.exists() and not force:
        raise QbeError("QBE-CAL-010", file=str(target))
    with reader([source], None, guarded) as read:
        submission = read(source)
    if submission.county is None:
        for finding in submission.findings:
            print(finding.sentence(lang), file=sys.stderr)
        return BLOCKED
    write_template(target, submission.county, lang)
    print(f"已写出 {target}" if lang == "zh" else f"Wrote {target}")
    return PASSES


def prepare(call: Call, mark: str) -> None:
    """Nothing is read before the call is known to be sound."""
    check_rules(call.form, call.edition, call.options)
    if call.out_dir is not None:
        make_folder(Path(call.out_dir))
    if call.json is not None and call.json != STDOUT:
        check_ours(Path(call.json), mark)
        make_folder(Path(call.json).parent)


def _named(call: Call) -> list[Scenario]:
    """The scenarios of the files named."""
    from qbe_xl.planning.scenario import read_scenarios
    from qbe_xl.planning.scenario_sheet import scenarios_of
    from qbe_xl.safety import Refused

    found: list[Scenario] = []
    for name in call.scenarios:
        if Path(name).suffix.lower() not in _BOOKS:
            found += read_scenarios(name)
            continue
        try:
            from_book = scenarios_of(name, call.guarded)
        except Refused as refused:
            text = render(refused.code, call.lang, refused.values)[0].rstrip("。.")
            raise QbeError("QBE-CAL-009", problem=text, command="qbe-xl whatif") from refused
        if from_book is None:
            raise QbeError("QBE-PLN-013", file=name)
        found += from_book
    return found


def _of_workbook(call: Call) -> tuple[Scenario, ...]:
    """The scenarios of the sheet in the workbook itself, where it has one."""
    from qbe_xl.planning.scenario_sheet import scenarios_of
    from qbe_xl.safety import Refused

    if not Path(call.file).is_file():
        return ()  # a folder of school forms
    try:
        return scenarios_of(call.file, call.guarded) or ()
    except Refused:
        return ()  # the report was read, so that is what counts


def _checked(call: Call, scenarios: Sequence[Scenario]) -> Sequence[Scenario]:
    """QbeError where there is no scenario, or two have one name."""
    if not scenarios:
        raise QbeError("QBE-PLN-013", file=call.file)
    seen: set[str] = set()
    for scenario in scenarios:
        if scenario.name in seen:
            raise QbeError("QBE-PLN-014", name=scenario.name)
        seen.add(scenario.name)
    return scenarios


def assessed(call: Call) -> Assessment:
    """The assessment of the file that the call names."""
    from qbe_xl.assessment import assess_submission

    path = Path(call.file)
    if path.is_dir() and call.form is None:
        return nothing_in(path, call.form, call.edition, call.options)
    with reader([path], call.form, call.guarded) as read:
        return assess_submission(read(path), call.edition, call.options)


def unusable(call: Call, result: Assessment) -> int:
    """Say why nothing could be assessed; the exit code."""
    from qbe_xl.outputs.terminal import print_summary

    print_summary(console(call), result, call.lang)
    return BLOCKED


def console(call: Call) -> Any:
    """Where people read, as rich writes to it."""
    from rich.console import Console

    return Console(file=call.stream)


def write_json(call: Call, data: dict[str, Any]) -> None:
    """Write the JSON where --json says."""
    from qbe_xl.planning.serial import to_json

    text = to_json(data).encode()
    if call.json == STDOUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()
    elif call.json is not None:
        save(Path(call.json), text, call.lang)


def write_book(call: Call, name: str, drawing: Drawing) -> None:
    """Write a workbook where --out-dir says, and say so."""
    from qbe_xl.outputs.planning_workbook import write_planning

    written = write_planning(drawing, Path(call.out_dir or ".") / name)
    if not call.quiet:
        print(f"已写出 {written}" if call.lang == "zh" else f"Wrote {written}", file=call.stream)
