"""`qbe-xl check --annotate FOLDER`: a copy of each workbook with its findings on their cells."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from qbe_xl.cli.assess import make_folder, save
from qbe_xl.cli.inputs import workbooks_in
from qbe_xl.core.errors import QbeError
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Lang, Text
from qbe_xl.core.messages import joined, render
from qbe_xl.outputs.annotated import annotate, annotated_name, free_name
from qbe_xl.outputs.findings_files.checked import Checked
from qbe_xl.safety import OtherFormat, Refused, preflight


def check_folder(folder: str, paths: Sequence[Path], lang: Lang) -> None:
    """The folder exists, and no copy would take the place of another or of a workbook that is checked.

    QbeError QBE-CAL-009 where one would, QBE-CAL-001 where the folder cannot be made.
    """
    make_folder(Path(folder))
    inputs = {path.resolve() for path in paths}
    seen: dict[Path, Path] = {}
    for path in _workbooks(paths):
        target = (Path(folder) / annotated_name(path.name, lang)).resolve()
        if target in inputs:
            problem = Text(
                f"批注副本会覆盖要检查的 {target.name}", f"a copy would replace {target.name}, which is checked"
            )
        elif target in seen:
            problem = Text(
                f"两个文件的批注副本会重名：{seen[target]}、{path}",
                f"two files would give annotated copies of the same name: {seen[target]}, {path}",
            )
        else:
            seen[target] = path
            continue
        raise QbeError("QBE-CAL-009", problem=problem, command="qbe-xl check")


def write_copies(
    path: Path, sha256: str | None, checked: Checked, folder: str, lang: Lang
) -> tuple[list[Path], list[str]]:
    """Write the annotated copy of one input, or those of a folder of forms; the files written and what was not, why.

    `sha256` is that of the file as it was checked. The value to copy into 疑问说明 stands beside each query that may be
    answered, and what was answered beside those that were. QbeError QBE-CAL-001 where a copy cannot be written.
    """
    written, problems = [], []
    findings = checked.findings
    explained = any(finding.explained for finding in findings)
    for each in _workbooks([path]):
        mine = [finding for finding in findings if finding.file == each.name] if path.is_dir() else list(findings)
        try:
            data = preflight(each, sheets=False).data
            if sha256 is not None and not path.is_dir() and hashlib.sha256(data).hexdigest() != sha256:
                raise QbeError("QBE-ANN-003", file=str(each))
            copy = annotate(
                data,
                mine,
                lang,
                name=each.name,
                value_of=lambda finding: checked.value(finding) or "",
                explanation_of=(lambda finding: _explanation(finding, lang)) if explained else None,
            )
        except OtherFormat as other:
            problems.append(QbeError("QBE-ANN-001", file=str(each), kind=f".{other.kind}").message(lang))
        except Refused as refused:
            text = joined(*render(refused.code, lang, refused.values), lang)
            no_copy = Text("没有写批注副本：", "no annotated copy: ")[lang]
            problems.append(f"{each}: {no_copy}{refused.code} {text}")
        except QbeError as error:
            problems.append(error.message(lang))
        else:
            written.append(save(free_name(Path(folder) / annotated_name(each.name, lang)), copy, lang))
    return written, problems


def _explanation(finding: Finding, lang: Lang) -> str:
    return "\n".join(each.sentence(lang) for each in finding.explained)


def _workbooks(paths: Iterable[Path]) -> list[Path]:
    return [each for path in paths for each in (workbooks_in(path) if path.is_dir() else [path])]
