"""`qbe-xl check --annotate FOLDER`: a copy of each workbook with its findings on their cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from qbe_xl.cli.assess import make_folder, save
from qbe_xl.cli.inputs import workbooks_in
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Lang, Text
from qbe_xl.core.messages import joined, render
from qbe_xl.outputs.annotated import annotated_name, free_name
from qbe_xl.outputs.findings_files.checked import Checked
from qbe_xl.safety import Refused

if TYPE_CHECKING:
    from qbe_xl.safety.guarded import Guard


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


@contextmanager
def annotator(guarded: bool) -> Iterator[Guard | None]:
    """What makes the copies: children of a guard of their own, or this process (None)."""
    if not guarded:
        yield None
        return
    from qbe_xl.outputs.annotated.child import LIMITS, prepare
    from qbe_xl.safety.guarded import Guard

    with Guard(limits=LIMITS, prepare=prepare) as guard:
        yield guard


def write_copies(
    path: Path, sha256: str | None, checked: Checked, folder: str, lang: Lang, guard: Guard | None = None
) -> tuple[list[Path], list[str]]:
    """Write the annotated copy of one input, or those of a folder of forms; the files written and what was not, why.

    `sha256` is that of the file as it was checked. The value to copy into 疑问说明 stands beside each query that may be
    answered, and what was answered beside those that were. `guard`: see `annotator`; whatever a file does to its child,
    only its own copy is not written. QbeError QBE-CAL-001 where a copy cannot be written.
    """
    from qbe_xl.outputs.annotated.child import annotated_file

    written, problems = [], []
    findings = checked.findings
    for each in _workbooks([path]):
        mine = [finding for finding in findings if finding.file == each.name] if path.is_dir() else list(findings)
        values = [checked.value(finding) or "" for finding in mine]
        try:
            copy = annotated_file(each, None if path.is_dir() else sha256, mine, values, lang, guard)
        except Refused as refused:
            text = joined(*render(refused.code, lang, refused.values), lang)
            no_copy = Text("没有写批注副本：", "no annotated copy: ")[lang]
            problems.append(f"{each}: {no_copy}{refused.code} {text}")
        except QbeError as error:
            problems.append(error.message(lang))
        else:
            written.append(save(free_name(Path(folder) / annotated_name(each.name, lang)), copy, lang))
    return written, problems


def _workbooks(paths: Iterable[Path]) -> list[Path]:
    return [each for path in paths for each in (workbooks_in(path) if path.is_dir() else [path])]
