"""What goes wrong with a call, said on stderr in the reader's language."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from difflib import get_close_matches

from qbe_xl.cli.codes import INTERNAL
from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import LANGUAGES, Lang

# The placeholder that was not found, in messages that list what there is under `known`.
_SOUGHT = {"QBE-STD-007": "edition", "QBE-STD-008": "option", "QBE-CAL-002": "form"}


def tolerant_streams() -> None:
    """A terminal that cannot show a character shows `?` instead of ending the run."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(OSError, ValueError):
                stream.reconfigure(errors="replace")


def lang_of(arguments: Sequence[str]) -> Lang:
    """The language asked for, also where the rest of the call is wrong: --lang, else QBE_LANG, else Chinese."""
    wanted = os.environ.get("QBE_LANG", "")
    for index, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            wanted = argument.partition("=")[2]
        elif argument == "--lang" and index + 1 < len(arguments):
            wanted = arguments[index + 1]
    return "en" if wanted == "en" else "zh"


def checked_lang(lang: str) -> Lang:
    """`lang` as a language; QbeError QBE-CAL-005 where it is none."""
    for known in LANGUAGES:
        if lang == known:
            return known
    raise QbeError("QBE-CAL-005", value=lang)


def say(zh: str, en: str, lang: Lang) -> None:
    """One line on stderr."""
    print(zh if lang == "zh" else en, file=sys.stderr, flush=True)


def sentence(error: QbeError, lang: Lang) -> str:
    """The error with its remedy, and the nearest valid name where one was misspelt."""
    text = error.message(lang)
    near = _nearest(error)
    if near:
        text += f" 最接近的是：{near}。" if lang == "zh" else f" Nearest: {near}."
    return text


def _nearest(error: QbeError) -> str | None:
    sought = error.values.get(_SOUGHT.get(error.code, ""))
    known = str(error.values.get("known", "")).replace("、", ",").split(",")
    close = get_close_matches(str(sought), [name.strip() for name in known], n=1, cutoff=0.4)
    return close[0] if close else None


def show(error: QbeError, lang: Lang) -> None:
    """A wrong call on stderr."""
    say(sentence(error, lang), sentence(error, lang), lang)


def internal(error: Exception, arguments: Sequence[str], about: str = "") -> int:
    """An unforeseen error: a message with a code on stderr, the details in a log file. Returns exit code 5."""
    lang = lang_of(arguments)
    problem = str(error).splitlines()[0][:200] if str(error) else "-"
    reported = QbeError("QBE-CAL-012", kind=type(error).__name__, problem=problem, log=_logged(error, arguments))
    prefix = f"{about} " if about else ""
    say(prefix + reported.message(lang), prefix + reported.message(lang), lang)
    return INTERNAL


def _logged(error: Exception, arguments: Sequence[str]) -> str:
    """The path of the log; the reason why there is none where it cannot be written."""
    from qbe_xl import __version__

    head = [f"qbe-xl {__version__}", f"Python {sys.version}", f"{sys.platform}", f"arguments: {list(arguments)!r}", ""]
    text = "\n".join(head) + "\n" + "".join(traceback.format_exception(error))
    try:
        handle, name = tempfile.mkstemp(prefix="qbe-xl-error-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as problem:
        return f"({problem.strerror or problem})"
    return name
