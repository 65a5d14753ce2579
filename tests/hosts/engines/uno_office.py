"""A private, headless LibreOffice that tests speak to over a pipe: own profile, own process group, gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from qbe_xl.hosts.engines.common import EngineError
from qbe_xl.hosts.engines.uno_engine import connect
from tests.office import START_SECONDS, OfficeError, _pipes, find_office

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
 <prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc">
 <prop oor:name="UseLocking" oor:op="fuse"><value>false</value></prop>
 <prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N">
 <prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>zh-CN</value></prop></item>
</oor:items>
"""


class PipeOffice:
    """``with PipeOffice() as office: office.context`` is the office's component context."""

    def __init__(self) -> None:
        self._profile = Path(tempfile.mkdtemp(prefix="qbe-uno-"))
        self._process: subprocess.Popen[bytes] | None = None
        self.context: Any = None

    def __enter__(self) -> PipeOffice:
        soffice, _ = find_office()
        user = self._profile / "user"
        user.mkdir()
        (user / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
        self._process = subprocess.Popen(
            [
                soffice, "--headless", "--invisible", "--norestore", "--nologo", "--nodefault", "--nolockcheck",
                f"-env:UserInstallation={self._profile.as_uri()}",
                f"--accept=pipe,name={self._profile.name};urp;StarOffice.ComponentContext",
            ],
            env=keep | {"HOME": str(self._profile), "TMPDIR": str(self._profile), "SAL_USE_VCLPLUGIN": "svp"},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        give_up = time.monotonic() + START_SECONDS
        while self.context is None:
            try:
                self.context = connect(self._profile.name)
            except EngineError as problem:
                if self._process.poll() is not None or time.monotonic() > give_up:
                    self.kill()
                    raise OfficeError("LibreOffice did not start") from problem
                time.sleep(0.1)
        return self

    def kill(self) -> None:
        """End the office at once, as a crash would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        for pipe in _pipes(self._profile):
            pipe.unlink(missing_ok=True)

    def __exit__(self, *unused: object) -> None:
        self.kill()
        shutil.rmtree(self._profile, ignore_errors=True)
