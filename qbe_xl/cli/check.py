"""`qbe-xl check`: is each report sound? No verdict; one bad file never stops the others."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from qbe_xl.cli import problems
from qbe_xl.cli.assess import FOLDER_FORMS, STDOUT, check_ours, check_rules, make_folder, nothing_in, reader, save
from qbe_xl.cli.codes import WRONG_CALL, worst
from qbe_xl.cli.inputs import Inputs, gather
from qbe_xl.cli.progress import Bar
from qbe_xl.cli.waivers import Waivers
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Lang, Text

if TYPE_CHECKING:
    from qbe_xl.county import Submission
    from qbe_xl.outputs.findings_files.checked import Checked
    from qbe_xl.safety.guarded import Guard

PROFILES = ("county", "reviewer")


@dataclass(frozen=True)
class Call:
    """One call of `qbe-xl check`, as parsed. `targets`: json, junit, sarif, csv and where each is to be written."""

    files: tuple[str, ...]
    against: str | None = None
    edition: str | None = None
    form: str | None = None
    profile: str = "county"
    lang: Lang = "zh"
    targets: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    annotate: str | None = None
    quiet: bool = False
    guarded: bool = True
    waivers: str | None = None


@dataclass
class _Run:
    """What a run keeps while it goes through the files. `last_years`: what each file is compared with; `annotating`:
    whose children make annotated copies."""

    call: Call
    inputs: Inputs
    stream: TextIO
    read: Callable[[Path], Submission]
    last_years: Mapping[Path, Path]
    waivers: Waivers
    annotating: Guard | None
    known: dict[Path, Submission | None] = field(default_factory=dict)
    codes: list[int] = field(default_factory=list)
    checked: list[Checked] = field(default_factory=list)


def run_check(call: Call) -> int:
    """Check everything that the call names; returns the exit code. QbeError where the call is wrong."""
    if call.profile not in PROFILES:
        raise _wrong(
            f"没有“{call.profile}”这个用法，可用 {'、'.join(PROFILES)}",
            f"there is no profile “{call.profile}”; known: {', '.join(PROFILES)}",
        )
    check_rules(call.form, call.edition, call.options)
    waivers = Waivers(call.waivers)
    inputs = gather(call.files, folder_is_county=call.form in FOLDER_FORMS)
    last_years = _last_years(call, inputs)
    _check_targets(call)
    if call.annotate is not None:
        from qbe_xl.cli.annotating import check_folder

        check_folder(call.annotate, inputs.paths, call.lang)
    with reader(list(_reading(inputs, last_years)), call.form, call.guarded) as read, _annotator(call) as guard:
        stream = sys.stderr if STDOUT in call.targets.values() else sys.stdout
        run = _Run(call, inputs, stream, read, last_years, waivers, guard)
        with Bar(len(inputs.paths), quiet=call.quiet) as bar:
            for folder in inputs.empty:
                _guarded(run, folder, bar, empty=True)
            for path in inputs.paths:
                bar.step(path.name)
                _guarded(run, path, bar)
    waivers.tell_unused(call.lang)
    for kind, target in call.targets.items():
        _write(run, kind, target)
    if len(run.codes) > 1 and not call.quiet:
        _print_total(run)
    return worst(run.codes)


def _wrong(zh: str, en: str) -> QbeError:
    return QbeError("QBE-CAL-009", problem=Text(zh, en), command="qbe-xl check")


# ---- before anything is read ----------------------------------------------------------------------------------------


def _last_years(call: Call, inputs: Inputs) -> dict[Path, Path]:
    """Each file with last year's: the one file named, or the file of the same name in the folder named."""
    if call.against is None:
        return {}
    against = Path(call.against)
    if not against.exists():
        raise _wrong(f"没有上年的文件 {against}", f"there is no file of last year {against}")
    if not against.is_dir() or call.form in FOLDER_FORMS:
        return dict.fromkeys(inputs.paths, against)
    return {path: against / path.name for path in inputs.paths if (against / path.name).is_file()}


def _reading(inputs: Inputs, last_years: Mapping[Path, Path]) -> Iterator[Path]:
    """The files in the order in which they are read: last year's before the first that is compared with it."""
    seen = set()
    for path in inputs.paths:
        last = last_years.get(path)
        if last is not None and last not in seen:
            seen.add(last)
            yield last
        yield path


def _check_targets(call: Call) -> None:
    """No two outputs go to one place, and none takes the place of what is not ours."""
    if not call.targets:
        return
    from qbe_xl.outputs.findings_files import junit, sarif, tables

    places = [target if target == STDOUT else str(Path(target).resolve()) for target in call.targets.values()]
    twice = next((place for place in places if places.count(place) > 1), None)
    if twice is not None:
        raise _wrong(f"两种输出写到同一处：{twice}", f"two outputs go to one place: {twice}")
    marks = {"json": f'"schema": "{tables.SCHEMA}"', "junit": junit.MARK, "sarif": sarif.MARK}
    for kind, target in call.targets.items():
        if target == STDOUT:
            continue
        if kind != "csv":
            check_ours(Path(target), marks[kind])
        elif not _is_our_csv(Path(target)):
            raise QbeError("QBE-CAL-011", file=target)
        make_folder(Path(target).parent)


def _is_our_csv(target: Path) -> bool:
    from qbe_xl.outputs.findings_files.tables import csv_mark

    if not target.exists():
        return True
    try:
        text = target.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return False
    return text.startswith((csv_mark("zh"), csv_mark("en")))


# ---- one file -------------------------------------------------------------------------------------------------------


def _guarded(run: _Run, path: Path, bar: Bar, empty: bool = False) -> None:
    """The boundary around one file: whatever happens in it, the others go on."""
    from qbe_xl.outputs.findings_files.checked import EXIT_CODES, Checked

    call, lang = run.call, run.call.lang
    written: list[Path] = []
    try:
        checked = _one(run, path, empty)
        code = EXIT_CODES[checked.status]
        if call.annotate is not None and not empty:
            written, code = _annotated(run, path, checked, code)
    except BrokenPipeError:
        raise  # nobody reads our output any more
    except QbeError as error:
        checked = Checked(_relative(path), None, problem=problems.sentence(error, lang))
        code = WRONG_CALL
    except Exception as error:
        with bar.paused():
            code = problems.internal(error, ["--lang", lang, *run.call.files], about=f"{path}:")
        checked = Checked(_relative(path), None, problem=_INTERNAL[lang])
    run.codes.append(code)
    run.checked.append(checked)
    with bar.paused():
        _show(run, path, checked, code)
        if not call.quiet:
            for target in written:
                print(f"已写出 {target}" if lang == "zh" else f"Wrote {target}", file=run.stream)


def _annotator(call: Call) -> AbstractContextManager[Guard | None]:
    if call.annotate is None:
        return nullcontext()
    from qbe_xl.cli.annotating import annotator

    return annotator(call.guarded)


def _annotated(run: _Run, path: Path, checked: Checked, code: int) -> tuple[list[Path], int]:
    """Write the annotated copy; what cannot be annotated is said and stays checked. The copies, and the exit code."""
    from qbe_xl.cli.annotating import write_copies

    call = run.call
    if call.annotate is None or checked.result is None:
        return [], code
    digest = checked.result.submission.file.sha256
    try:
        written, said = write_copies(path, digest, checked, call.annotate, call.lang, run.annotating)
    except QbeError as error:  # the copy could not be written: the check itself holds
        written, said, code = [], [f"{path}: {problems.sentence(error, call.lang)}"], WRONG_CALL
    for line in said:
        problems.say(line, line, call.lang)
    return written, code


_INTERNAL = Text("程序内部错误，没有检查", "an internal error of the program; it was not checked")


def _one(run: _Run, path: Path, empty: bool) -> Checked:
    from qbe_xl.assessment import assess_submission
    from qbe_xl.outputs.findings_files.checked import Checked

    call = run.call
    if empty:
        return Checked(_relative(path), nothing_in(path, call.form, call.edition, call.options))
    last = _last_year(run, path)
    submission = run.read(path)
    waivers = run.waivers.of(submission)
    result = assess_submission(submission, call.edition, call.options, against=last, waivers=waivers)
    return Checked(_relative(path), result, against=last.file if last is not None and result.usable else None)


def _last_year(run: _Run, path: Path) -> Submission | None:
    """Last year's report of this file, read once; QbeError where it is of no use, for then nothing was compared."""
    name = run.last_years.get(path)
    if name is None:
        return None
    if name not in run.known:
        run.known[name] = None  # it stays so where reading breaks
        run.known[name] = run.read(name)
    found = run.known[name]
    if found is None or found.county is None:
        errors = [finding for finding in found.findings if finding.severity == "error"] if found else []
        zh, en = (errors[0].message("zh"), errors[0].message("en")) if errors else ("读不出", "it was not read")
        raise _wrong(
            f"上年的文件 {name} 不能用：{zh.rstrip('。')}", f"last year's file {name} is of no use: {en.rstrip('.')}"
        )
    return found


def _relative(path: Path) -> str:
    """The path from here, with `/`; only the name where there is no way from here (another drive)."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:
        return path.name


# ---- what is shown and written --------------------------------------------------------------------------------------


def _show(run: _Run, path: Path, checked: Checked, code: int) -> None:
    call = run.call
    if code == WRONG_CALL and checked.problem is not None:
        line = f"{path}: {checked.problem}"
        problems.say(line, line, call.lang)
    if call.quiet:
        return
    if call.against is not None and checked.result is not None and path not in run.last_years:
        problems.say(
            f"{path}：{call.against} 里没有同名的文件，没有与上年比较。",
            f"{path}: {call.against} has no file of this name; it was not compared with last year.",
            call.lang,
        )
    from qbe_xl.outputs.findings_files.text import lines

    for line in lines(checked, call.lang, whole=call.profile == "reviewer"):
        print(line, file=run.stream)


def _print_total(run: _Run) -> None:
    from qbe_xl.outputs.findings_files.checked import STATUS_WORDS

    lang = run.call.lang
    counts = {status: sum(each.status == status for each in run.checked) for status in STATUS_WORDS}
    parts = [f"{STATUS_WORDS[status][lang]} {count}" for status, count in counts.items() if count]
    total = len(run.checked)
    print(
        f"共 {total} 个文件：{'；'.join(parts)}" if lang == "zh" else f"{total} files: {'; '.join(parts)}",
        file=run.stream,
    )


def _write(run: _Run, kind: str, target: str) -> None:
    content = _content(kind, run.checked, run.call.lang)
    if target == STDOUT:
        # bytes: UTF-8 whatever the terminal's encoding is
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    save(Path(target), content, run.call.lang)


def _content(kind: str, checked: list[Checked], lang: Lang) -> bytes:
    from qbe_xl.outputs.findings_files.junit import to_junit
    from qbe_xl.outputs.findings_files.sarif import to_sarif
    from qbe_xl.outputs.findings_files.tables import to_csv, to_json

    writers = {"json": to_json, "junit": to_junit, "sarif": to_sarif, "csv": to_csv}
    return writers[kind](checked, lang)
