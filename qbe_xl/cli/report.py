"""`qbe-xl report`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qbe_xl.cli import planning
from qbe_xl.cli.codes import PASSES
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Lang, Text

if TYPE_CHECKING:
    from qbe_xl.assessment import Assessment
    from qbe_xl.outputs.report.model import Report

TEMPLATE_NAME = Text("自评报告模板.docx", "report-template.docx")


@dataclass(frozen=True)
class ReportCall(planning.Call):
    """One call, as parsed. `years`: other years' reports; `evidence`: the folder, `evidence_list`: the last list;
    `materials`: changes to what is asked."""

    html: bool = True
    word: bool = True
    template: str | None = None
    plan: bool = False
    costs: str | None = None
    last_ledger: str | None = None
    years: tuple[str, ...] = ()
    evidence: str | None = None
    evidence_list: str | None = None
    materials: str | None = None


def run_report(call: ReportCall) -> int:
    """Write the report; 3 where the workbook cannot be assessed."""
    _check(call)
    planning.prepare(call, "")
    if call.template is not None:
        from qbe_xl.safety.documents import checked_document

        checked_document(call.template)
    result = planning.assessed(call)
    if not result.usable:
        return planning.unusable(call, result)
    for written in _write(call, _report(call, result)):
        if not call.quiet:
            print(f"已写出 {written}" if call.lang == "zh" else f"Wrote {written}", file=call.stream)
    return PASSES


def new_report_template(out: str | None, lang: Lang, force: bool) -> int:
    """Write the template of the Word report, for a bureau to make its own."""
    from qbe_xl.outputs.report.word import copy_template

    target = Path(out) if out is not None else Path(TEMPLATE_NAME[lang])
    if target.suffix.lower() != ".docx":
        raise QbeError(
            "QBE-CAL-009",
            problem=Text("模板的文件名应以 .docx 结尾", "a template's name ends in .docx"),
            command="qbe-xl new-report-template",
        )
    if target.exists() and not force:
        raise QbeError("QBE-CAL-010", file=str(target))
    written = copy_template(target, lang)
    print(f"已写出 {written}" if lang == "zh" else f"Wrote {written}")
    return PASSES


def _check(call: ReportCall) -> None:
    """QbeError where options do not go together, before anything is read."""
    if not call.html and not call.word:
        raise _wrong(
            "--no-html 和 --no-word 不能同时给出", "with both --no-html and --no-word nothing is left to write"
        )
    if call.template is not None and not call.word:
        raise _wrong("--template 不能与 --no-word 同时给出", "--template makes no sense with --no-word")


def _wrong(zh: str, en: str) -> QbeError:
    return QbeError("QBE-CAL-009", problem=Text(zh, en), command="qbe-xl report")


def _report(call: ReportCall, result: Assessment) -> Report:
    from qbe_xl.assessment.serial import to_dict
    from qbe_xl.cli.ledger import LedgerCall, earlier
    from qbe_xl.outputs.report.build import report
    from qbe_xl.planning.drivers import find_drivers
    from qbe_xl.planning.gaps import find_gaps
    from qbe_xl.planning.ledger.ledger import make_ledger
    from qbe_xl.planning.ledger.serial import ledger_to_dict
    from qbe_xl.planning.serial import gaps_to_dict

    against = (call.last_ledger,) if call.last_ledger is not None else ()
    of_ledger = LedgerCall(
        call.file, (), call.edition, call.form, call.options, call.lang, None, None, call.quiet, call.guarded, against
    )
    return report(
        to_dict(result, call.lang),
        gaps=gaps_to_dict(find_gaps(result), find_drivers(result), call.lang),
        plan=_plan(call, result) if call.plan else None,
        ledger=ledger_to_dict(make_ledger(result, earlier(of_ledger, {}), {}), call.lang),
        trend=_trend(call, result) if call.years else None,
        evidence=_evidence(call, result) if call.evidence is not None or call.evidence_list is not None else None,
        language=call.lang,
        edition=result.edition,
    )


def _plan(call: ReportCall, result: Assessment) -> dict[str, Any]:
    from qbe_xl.planning.cheapest.costs import default_costs, load_costs
    from qbe_xl.planning.cheapest.plan import make_plan
    from qbe_xl.planning.cheapest.serial import plan_to_dict

    costs = load_costs(call.costs) if call.costs is not None else default_costs()
    return plan_to_dict(make_plan(result, costs), call.lang)


def _trend(call: ReportCall, result: Assessment) -> dict[str, Any]:
    """This report and those of other years; a file that is this one is not taken twice."""
    from qbe_xl.cli.assess import FOLDER_FORMS
    from qbe_xl.cli.inputs import gather
    from qbe_xl.planning.trend.find import find_trend
    from qbe_xl.planning.trend.serial import trend_to_dict

    inputs = gather(call.years, folder_is_county=call.form in FOLDER_FORMS)
    others = [planning.assessed(replace(call, file=str(path))) for path in inputs.paths]
    sha256 = result.submission.file.sha256
    return trend_to_dict(
        find_trend([result, *(each for each in others if each.submission.file.sha256 != sha256)]), call.lang
    )


def _evidence(call: ReportCall, result: Assessment) -> dict[str, Any]:
    """The list of evidence, from the folder and the last list."""
    from qbe_xl.planning.evidence.evidence import make_evidence
    from qbe_xl.planning.evidence.folder import look_into
    from qbe_xl.planning.evidence.reading import read_list
    from qbe_xl.planning.evidence.serial import evidence_to_dict
    from qbe_xl.standards.materials import load_materials

    listing = look_into(call.evidence) if call.evidence is not None else None
    last = read_list(call.evidence_list, call.lang, call.guarded) if call.evidence_list is not None else None
    materials = load_materials(result.edition, call.materials)
    return evidence_to_dict(make_evidence(result, materials, listing, last), call.lang)


def _write(call: ReportCall, made: Report) -> Iterator[Path]:
    """Each file as soon as it is written: what is there is told even where the next one fails."""
    from qbe_xl.outputs.planning_workbook import planning_name
    from qbe_xl.outputs.report.html import HTML_SUFFIX, write_html

    folder = Path(call.out_dir) if call.out_dir is not None else Path(call.file).absolute().parent
    if call.html:
        yield write_html(made, folder / planning_name(call.file, HTML_SUFFIX, call.lang))
    if call.word:
        from qbe_xl.outputs.report.word import WORD_SUFFIX, write_word
        from qbe_xl.safety.saving import unused_name

        yield write_word(made, unused_name(folder / planning_name(call.file, WORD_SUFFIX, call.lang)), call.template)
