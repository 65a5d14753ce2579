"""`qbe-xl evidence`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qbe_xl.cli import planning
from qbe_xl.cli.codes import PASSES


@dataclass(frozen=True)
class EvidenceCall(planning.Call):
    """One call, as parsed. `folder`: where the evidence lies; `last`: the last list; `materials`: changes to what is asked."""

    folder: str | None = None
    last: str | None = None
    materials: str | None = None


def run_evidence(call: EvidenceCall) -> int:
    """The list of evidence of a report; 3 where the workbook cannot be assessed."""
    planning.prepare(call, '"schema": "qbe-xl/evidence')
    from qbe_xl.planning.evidence.evidence import make_evidence
    from qbe_xl.planning.evidence.folder import look_into
    from qbe_xl.planning.evidence.reading import read_list
    from qbe_xl.planning.evidence.serial import evidence_to_dict
    from qbe_xl.standards.materials import load_materials

    listing = look_into(call.folder) if call.folder is not None else None
    last = read_list(call.last, call.lang, call.guarded) if call.last is not None else None
    result = planning.assessed(call)
    if not result.usable:
        return planning.unusable(call, result)
    evidence = make_evidence(result, load_materials(result.edition, call.materials), listing, last)
    if call.json is not None:
        planning.write_json(call, evidence_to_dict(evidence, call.lang))
    if not call.quiet:
        from qbe_xl.outputs.evidence_terminal import print_evidence

        print_evidence(planning.console(call), evidence, call.lang)
    if call.out_dir is not None:
        from qbe_xl.outputs.evidence_workbook import EVIDENCE_SUFFIX, draw_evidence, folder_way
        from qbe_xl.outputs.ledger_workbook import write_new
        from qbe_xl.outputs.planning_workbook import planning_name

        target = Path(call.out_dir) / planning_name(call.file, EVIDENCE_SUFFIX, call.lang)
        way = folder_way(target, listing.root) if listing is not None else None
        written = write_new(draw_evidence(evidence, call.lang, way), target)
        if not call.quiet:
            print(f"已写出 {written}" if call.lang == "zh" else f"Wrote {written}", file=call.stream)
    return PASSES
