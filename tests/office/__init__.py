"""A real LibreOffice for the tests: opens a workbook, does what a user would, recalculates hard, tells every value.

    with Office() as office:
        answer = office.run("county.xlsx", ops=[insert_rows("学校", 5)], formulas=True)
        answer["values"]["差异系数"]["C7"]      # 0.515…, "达标", "" (a formula's empty text) or {"error": "#DIV/0!"}

Booleans arrive as 1.0 and 0.0, dates as serial numbers, formulas in LibreOffice's English notation:
``=SUM($学校.B2:B9)``.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from qbe_xl.hosts.libreoffice.installed import write_note
from tests.office.ops import Op

START_SECONDS = 150.0
NOBODY = 65534  # the user and group that own nothing
CRASHED = (-signal.SIGSEGV, 128 + signal.SIGSEGV)  # LibreOffice 7.4 does so once in some hundred starts: worth a second
_SERVER = Path(__file__).with_name("server_script.py")
_SOFFICE_PLACES = ("/usr/lib/libreoffice/program/soffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")


class OfficeError(Exception):
    """LibreOffice is missing, does not answer, or could not do a job."""


@functools.cache
def find_office() -> tuple[str, str]:
    """``(soffice, python)``: the office and an interpreter that has ``uno``; ``QBE_SOFFICE`` and ``QBE_OFFICE_PYTHON``
    name others. Raises OfficeError where either is missing."""
    named = os.environ.get("QBE_SOFFICE")
    places = [named] if named else [shutil.which("soffice"), shutil.which("libreoffice"), *_SOFFICE_PLACES]
    soffice = next((place for place in places if place and os.access(place, os.X_OK)), None)
    if soffice is None:
        raise OfficeError("LibreOffice is missing: these tests need it. `make test` installs it where that is allowed.")
    beside = Path(soffice).resolve().parent
    for python in (os.environ.get("QBE_OFFICE_PYTHON"), "/usr/bin/python3", beside / "python", beside / "python3"):
        if python and os.access(python, os.X_OK):
            known = subprocess.run([python, "-I", "-c", "import uno"], capture_output=True, timeout=60, check=False)
            if known.returncode == 0:
                return str(soffice), str(python)
    raise OfficeError("No Python that can `import uno`: install python3-uno, or name one in QBE_OFFICE_PYTHON.")


class Office:
    """One private, headless LibreOffice (own profile, own process group), started at its first job, used for many."""

    def __init__(self, extension: Path | None = None, site: Path | None = None) -> None:
        """``extension``: an .oxt installed in the profile first; ``site``: what its note on our environment names."""
        self._extension, self._site = extension, site
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._reader: threading.Thread | None = None
        self._profile: Path | None = None

    def __enter__(self) -> Office:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(
        self,
        path: str | os.PathLike[str],
        ops: Iterable[Op] = (),
        dump: Sequence[str] | None = None,
        formulas: bool = False,
        pdf: str | os.PathLike[str] | None = None,
        save_xlsx: str | os.PathLike[str] | None = None,
        *,
        pdf_one_page_a_sheet: bool = False,
        timeout: float = 180.0,
        describe: str | None = None,
    ) -> dict[str, Any]:
        """Open a copy of ``path``, apply ``ops`` (see ``tests.office.ops``), recalculate hard, and read.

        Returns ``{"sheets": [names], "values": {sheet: {"A1": value}}, "formulas": {sheet: {"A1": text}}}`` for the
        sheets in ``dump`` (all by default; ``[]`` reads none). ``pdf`` and ``save_xlsx`` name files to write.
        ``describe`` adds ``"functions"``: name, description and arguments of each function whose name begins so.
        Raises OfficeError if the job fails or takes longer than ``timeout`` seconds; the next call starts afresh.
        """
        job = {
            "open": os.path.abspath(path),
            "ops": list(ops),
            "dump": None if dump is None else list(dump),
            "dump_formulas": formulas,
            "pdf": None if pdf is None else os.path.abspath(pdf),
            "pdf_one_page_a_sheet": pdf_one_page_a_sheet,
            "describe": describe,
            "save_xlsx": None if save_xlsx is None else os.path.abspath(save_xlsx),
        }
        return self._do(job, timeout)

    def document(
        self, path: str | os.PathLike[str], pdf: str | os.PathLike[str] | None = None, *, timeout: float = 180.0
    ) -> dict[str, Any]:
        """Open a copy of a text document; ``pdf`` names a file to print it to.

        Returns ``{"charts": [{"title", "rows", "columns", "data"}], "tables": [{"rows", "repeats", "width"}],
        "headings": [[level, number, text]]}``. Errors as in ``run``.
        """
        job = {"open": os.path.abspath(path), "text": True, "pdf": None if pdf is None else os.path.abspath(pdf)}
        return self._do(job, timeout)

    def _do(self, job: dict[str, Any], timeout: float) -> dict[str, Any]:
        """One job's answer."""
        process = self._running()
        if process.stdin is None:
            raise OfficeError("no way to talk to LibreOffice")
        try:
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
        except OSError as problem:
            raise self._lost("LibreOffice is gone") from problem
        answer = self._answer(timeout)
        if not answer.pop("ok"):
            raise OfficeError(f"{Path(job['open']).name}: {answer['error']}")
        return answer

    def close(self) -> None:
        """End the office and everything it started; remove its profile. Harmless when nothing runs."""
        process, self._process = self._process, None
        if process is not None:
            if process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()
            self._end(process, patience=15.0)
        if self._profile is not None:
            for pipe in _pipes(self._profile):
                pipe.unlink(missing_ok=True)
            shutil.rmtree(self._profile, ignore_errors=True)
            self._profile = None

    def _running(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        soffice, python = find_office()
        self._profile = Path(tempfile.mkdtemp(prefix="qbe-lo-"))
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
        own = {
            "HOME": str(self._profile),
            "TMPDIR": str(self._profile),
            "SAL_USE_VCLPLUGIN": "svp",
            "LC_ALL": "C.UTF-8",
        }
        if self._extension is not None:
            install(self._extension, self._profile, keep | own)
        if self._site is not None:
            write_note(self._profile / "user", self._site)
        self._answers = queue.Queue()
        with (self._profile / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [python, "-I", str(_SERVER), soffice, str(self._profile)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=keep | own,
                text=True,
                encoding="utf-8",
                start_new_session=True,
            )
        self._reader = threading.Thread(target=_collect, args=(self._process, self._answers), daemon=True)
        self._reader.start()
        self._answer(START_SECONDS)
        return self._process

    def _answer(self, timeout: float) -> dict[str, Any]:
        try:
            line = self._answers.get(timeout=timeout)
        except queue.Empty:
            raise self._lost(f"LibreOffice did not answer within {timeout:g} s") from None
        if line is None:
            raise self._lost("LibreOffice ended unexpectedly")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _lost(self, what: str) -> OfficeError:
        """Kill what is left and make the error that tells what the office last said."""
        log = ""
        if self._profile is not None:
            with contextlib.suppress(OSError):
                log = (self._profile / "log").read_text(encoding="utf-8", errors="replace")[-2000:].strip()
        process, self._process = self._process, None
        if process is not None:
            self._end(process, patience=0.0)
        self.close()
        return OfficeError(f"{what}. {log}".strip())

    def _end(self, process: subprocess.Popen[str], patience: float) -> None:
        # The leader is reaped only after its group is killed, so that the group's number cannot be someone else's.
        if self._reader is not None:
            self._reader.join(patience)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if self._reader is not None:
            self._reader.join()
            self._reader = None
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def install(extension: Path, profile: Path, environment: dict[str, str]) -> None:
    """Add an extension to a profile with unopkg, which refuses root: then another user does it, and root takes it back.

    Raises OfficeError where that fails.
    """
    soffice, _ = find_office()
    unopkg = shutil.which("unopkg") or str(Path(soffice).resolve().with_name("unopkg"))
    copy = profile / extension.name
    shutil.copyfile(extension, copy)
    home = profile / "installing"  # a home that is wholly the other user's, whoever writes into the profile meanwhile
    home.mkdir()
    # Without a screen: nothing is shown, and an X server that comes or goes cannot take it down.
    windowless = {name: value for name, value in environment.items() if name != "DISPLAY"}
    windowless |= {"HOME": str(home), "TMPDIR": str(home), "SAL_USE_VCLPLUGIN": "svp"}
    command = [unopkg, "add", "--force", str(copy), f"-env:UserInstallation={profile.as_uri()}"]
    root = os.geteuid() == 0
    if root:
        command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
        _give(profile, NOBODY)
    try:
        for attempt in (1, 2):
            done = subprocess.run(
                command, env=windowless, capture_output=True, text=True, timeout=START_SECONDS, check=False, cwd=profile
            )
            if done.returncode not in CRASHED or attempt == 2:
                break
    finally:
        if root:
            _give(profile, 0)
        shutil.rmtree(home, ignore_errors=True)
    if done.returncode != 0:
        raise OfficeError(f"{extension.name} could not be installed: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def _give(folder: Path, owner: int) -> None:
    """Everything in the folder, and it, to this user and group."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner, owner, follow_symlinks=False)


def _pipes(profile: Path) -> list[Path]:
    """The sockets an office on this profile makes, which it leaves behind when killed; their folder is built into it.

    The second is named after the MD5 of the profile's address in UTF-16, each byte in hexadecimal without a leading 0.
    """
    digest = hashlib.md5(profile.as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    names = [profile.name, "SingleOfficeIPC_" + "".join(format(byte, "x") for byte in digest)]
    return [Path("/tmp") / f"OSL_PIPE_{os.getuid()}_{name}" for name in names]


def _collect(process: subprocess.Popen[str], answers: queue.Queue[str | None]) -> None:
    """Hand on every line of the server; None tells that it ended."""
    if process.stdout is not None:
        for line in process.stdout:
            answers.put(line)
    answers.put(None)
