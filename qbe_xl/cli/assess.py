"""`qbe-xl assess`: each workbook read, assessed and written on its own, so that one bad file never stops the others."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from qbe_xl.cli import problems, quick
from qbe_xl.cli.codes import PASSES, WRONG_CALL, worst
from qbe_xl.cli.inputs import Inputs, gather
from qbe_xl.cli.progress import Bar
from qbe_xl.cli.waivers import Waivers
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Lang, Text

if TYPE_CHECKING:
    from qbe_xl.assessment import Assessment
    from qbe_xl.county import Submission

SCHEMA_OF_MANY = "qbe-xl/assessments/1"
STDOUT = "-"
# Forms of one workbook a school: there a folder is one county.
FOLDER_FORMS = frozenset({"qbe-collect-1"})
EXIT_WORDS: dict[int, Text] = {
    0: Text("达标", "pass"),
    1: Text("不达标", "fail"),
    2: Text("待定", "undetermined"),
    3: Text("有错误或不能读取", "blocked or unusable"),
    4: Text("命令有误", "wrong call"),
    5: Text("内部错误", "internal error"),
}


@dataclass(frozen=True)
class Call:
    """One call of `qbe-xl assess`, as parsed."""

    files: tuple[str, ...]
    edition: str | None = None
    form: str | None = None
    options: tuple[str, ...] = ()
    lang: Lang = "zh"
    json: str | None = None
    out_dir: str | None = None
    exit_zero: bool = False
    quiet: bool = False
    guarded: bool = True
    waivers: str | None = None


@dataclass
class _Run:
    """What a run keeps while it goes through the files."""

    call: Call
    inputs: Inputs
    stream: TextIO
    read: Callable[[Path], Submission]
    waivers: Waivers
    codes: list[int] = field(default_factory=list)
    counts: dict[int, int] = field(default_factory=dict)
    collected: list[dict[str, Any]] = field(default_factory=list)

    @property
    def many(self) -> bool:
        return not self.inputs.single

    @property
    def json_folder(self) -> Path | None:
        """The folder into which each file's JSON goes, where --json names one."""
        target = self.call.json
        if target is None or target == STDOUT:
            return None
        return Path(target) if target.endswith(("/", "\\")) or Path(target).is_dir() else None


def run_assess(call: Call) -> int:
    """Assess everything that the call names; returns the exit code. QbeError where the call is wrong."""
    check_rules(call.form, call.edition, call.options)
    waivers = Waivers(call.waivers)
    inputs = gather(call.files, folder_is_county=call.form in FOLDER_FORMS)
    # children get ready while this process does so too, and before it has a thread for the progress bar
    with reader(inputs.paths, call.form, call.guarded) as read:
        run = _Run(call, inputs, sys.stderr if call.json == STDOUT else sys.stdout, read, waivers)
        _check_targets(run)
        with Bar(len(inputs.paths), quiet=call.quiet) as bar:
            for folder in inputs.empty:
                _guarded(run, folder, bar, empty=True)
            for path in inputs.paths:
                bar.step(path.name)
                _guarded(run, path, bar)
    waivers.tell_unused(call.lang)
    _write_collected(run)
    if run.many and not call.quiet:
        _print_total(run)
    return worst(run.codes)


@contextmanager
def reader(paths: Sequence[Path], form: str | None, guarded: bool = True) -> Iterator[Callable[[Path], Submission]]:
    """What reads these files: guarded children, a few files ahead, or this process.

    It is asked for them in their order; one that is never asked for is passed over.
    """
    if not (guarded and paths):
        yield lambda path: _read_here(path, form)
        return
    from qbe_xl.forms.child import prepare, read_all
    from qbe_xl.safety.guarded import Guard

    with Guard(min(len(paths), os.cpu_count() or 1), prepare=prepare) as guard:
        coming = read_all(paths, form, guard)
        yield lambda path: next(each for each in coming if each.path == path)()


def _read_here(path: Path, form: str | None) -> Submission:
    quick.import_openpyxl()
    from qbe_xl.forms import read

    return read(path, form)


# ---- before anything is read ----------------------------------------------------------------------------------------


def check_rules(form: str | None, edition: str | None, options: tuple[str, ...] = ()) -> None:
    """An unknown edition, form or option ends the call before any file is read."""
    if form is not None:
        from qbe_xl.forms import load_form

        load_form(form)
    if edition is not None or options:
        _check_options(edition, options)


def _check_options(edition: str | None, options: tuple[str, ...]) -> None:
    from qbe_xl.standards import DEFAULT_EDITION, known_editions, load_edition

    if edition is not None:
        load_edition(edition, options)
        return
    try:
        load_edition(DEFAULT_EDITION, options)
    except QbeError as error:
        # a workbook may pin another edition, which may have them
        for other in known_editions():
            known = {option.id for option in load_edition(other).file.options}
            if known.issuperset(options):
                return
        raise error


def _check_targets(run: _Run) -> None:
    """Folders exist, and no result would take the place of another, of an input, or of what is not ours."""
    call = run.call
    if call.out_dir is not None:
        make_folder(Path(call.out_dir))
    if run.json_folder is not None:
        make_folder(run.json_folder)
    if call.out_dir is not None or run.json_folder is not None:
        seen: dict[str, Path] = {}
        for path in run.inputs.paths:
            if path.stem in seen:
                twice = f"{seen[path.stem]}, {path}"
                problem = Text(
                    f"两个文件的结果会重名：{twice}", f"two files would give results of the same name: {twice}"
                )
                raise QbeError("QBE-CAL-009", problem=problem, command="qbe-xl assess")
            seen[path.stem] = path
    if call.json is not None and call.json != STDOUT and run.json_folder is None:
        check_ours(Path(call.json))
        make_folder(Path(call.json).parent)


def make_folder(folder: Path) -> None:
    """The folder and those above it exist; QbeError QBE-CAL-001 where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise QbeError("QBE-CAL-001", file=str(folder), problem=error.strerror or str(error)) from error


def check_ours(target: Path, mark: str = '"schema": "qbe-xl/assessment') -> None:
    """QbeError QBE-CAL-011 where the target exists and is not a file of ours, which has this mark in it."""
    if not target.exists():
        return
    try:
        text = target.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    if mark not in text:
        raise QbeError("QBE-CAL-011", file=str(target))


# ---- one file -------------------------------------------------------------------------------------------------------


def _guarded(run: _Run, path: Path, bar: Bar, empty: bool = False) -> None:
    """The boundary around one file: whatever happens in it, the others go on."""
    try:
        code = _one(run, path, bar, empty)
    except BrokenPipeError:
        raise  # nobody reads our output any more
    except QbeError as error:
        with bar.paused():
            line = f"{path}: {problems.sentence(error, run.call.lang)}"
            problems.say(line, line, run.call.lang)
        code = WRONG_CALL
    except Exception as error:
        with bar.paused():
            code = problems.internal(error, ["--lang", run.call.lang, *run.call.files], about=f"{path}:")
    run.codes.append(code)


def _one(run: _Run, path: Path, bar: Bar, empty: bool) -> int:
    call = run.call
    result = nothing_in(path, call.form, call.edition, call.options) if empty else _assessed(run, path)
    written = [] if empty else _write(run, path, result)
    if call.json is not None and run.json_folder is None:
        run.collected.append(result.to_dict(call.lang))
    run.counts[result.exit_code] = run.counts.get(result.exit_code, 0) + 1
    if not call.quiet:
        with bar.paused():
            _print(run, path, result)
            for target in written:
                print(f"已写出 {target}" if call.lang == "zh" else f"Wrote {target}", file=run.stream)
    return PASSES if call.exit_zero and result.usable else result.exit_code


def _assessed(run: _Run, path: Path) -> Assessment:
    from qbe_xl.assessment import assess_submission

    submission = run.read(path)
    waivers = run.waivers.of(submission)
    return assess_submission(submission, run.call.edition, run.call.options, waivers=waivers)


def nothing_in(folder: Path, form: str | None, edition: str | None, options: tuple[str, ...] = ()) -> Assessment:
    """The result of a folder without workbooks."""
    from qbe_xl.assessment import assess_submission
    from qbe_xl.core.findings import Finding
    from qbe_xl.county import FileInfo, Submission

    finding = Finding("QBE-FIL-012", args={"file": str(folder)})
    submission = Submission(FileInfo(folder.name), form, None, (finding,))
    return assess_submission(submission, edition, options)


def _write(run: _Run, path: Path, result: Assessment) -> list[Path]:
    """Write what --out-dir and --json FOLDER ask for; returns the files written."""
    written = []
    if run.call.out_dir is not None and result.usable:
        from qbe_xl.outputs.results_workbook import result_name, write_results

        target = Path(run.call.out_dir) / result_name(path.name, run.call.lang)
        written.append(write_results(result, target, run.call.lang, source=path))
    if run.json_folder is not None:
        target = run.json_folder / f"{path.stem}.json"
        check_ours(target)
        written.append(save(target, result.to_json(run.call.lang).encode(), run.call.lang))
    return written


# ---- what is shown and collected ------------------------------------------------------------------------------------


def _print(run: _Run, path: Path, result: Assessment) -> None:
    lang = run.call.lang
    if not run.many:
        from rich.console import Console

        from qbe_xl.outputs.terminal import print_summary

        print_summary(Console(file=run.stream), result, lang)
        return
    from qbe_xl.assessment.sentences import reasons, verdict_sentence

    word = EXIT_WORDS[result.exit_code][lang]
    print(f"{path.name}  [{word}]  {verdict_sentence(result, lang)}", file=run.stream)
    errors = [finding.sentence(lang) for finding in result.findings if finding.severity == "error"]
    lines = errors or reasons(result, lang)
    for line in lines[:3]:
        print(f"    {line}", file=run.stream)
    if len(lines) > 3:
        more = len(lines) - 3
        print(f"    （还有 {more} 条）" if lang == "zh" else f"    ({more} more)", file=run.stream)


def _print_total(run: _Run) -> None:
    lang = run.call.lang
    order = [code for code in sorted(run.counts)]
    other = len(run.codes) - sum(run.counts.values())
    parts = [f"{EXIT_WORDS[code][lang]} {run.counts[code]}" for code in order]
    if other:
        parts.append(f"未评估 {other}" if lang == "zh" else f"not assessed {other}")
    total = len(run.codes)
    text = f"共 {total} 个：{'、'.join(parts)}" if lang == "zh" else f"{total} in all: {', '.join(parts)}"
    print(text, file=run.stream)


def _write_collected(run: _Run) -> None:
    """The JSON for --json FILE or -: the object of the one file named, else all of them in canonical order."""
    if run.call.json is None or run.json_folder is not None:
        return
    if run.many:
        ordered = sorted(run.collected, key=lambda each: (each["file"]["name"], each["file"]["sha256"] or ""))
        data: dict[str, Any] | None = {"schema": SCHEMA_OF_MANY, "assessments": ordered}
    else:
        data = run.collected[0] if run.collected else None
    if data is None:
        return
    text = (json.dumps(data, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n").encode()
    if run.call.json == STDOUT:
        # bytes: JSON is UTF-8 whatever the terminal's encoding is
        sys.stdout.flush()
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()
        return
    save(Path(run.call.json), text, run.call.lang)


def save(target: Path, content: bytes, lang: Lang) -> Path:
    """Write one file whole; where it is locked, beside it under another name, which is said."""
    from qbe_xl.safety.saving import save_or_beside

    written = save_or_beside(target, content)
    if written != target:
        problems.say(
            f"{target} 被占用或为只读，已写到 {written}。",
            f"{target} is locked or read-only; written to {written}.",
            lang,
        )
    return written
