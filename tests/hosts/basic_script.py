"""Runs functions of a Basic module in a private LibreOffice and prints their answers as JSON.

    basic_script.py SOFFICE PROFILE_DIR MODULE_FILE FUNCTION…

Run by the interpreter that has ``uno``, not by the project's: it imports nothing of ours.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.script.provider import ScriptFrameworkErrorException
from com.sun.star.uno import Exception as UnoException

SECONDS = 120


def prop(name, value):
    result = PropertyValue()
    result.Name, result.Value = name, value
    return result


def connected(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    end = time.monotonic() + SECONDS
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def answers(context, source, names):
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    always = 4  # MacroExecMode.ALWAYS_EXECUTE_NO_WARN
    options = (prop("Hidden", True), prop("MacroExecutionMode", always))
    document = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, options)
    libraries = document.BasicLibraries
    if not libraries.hasByName("Standard"):
        libraries.createLibrary("Standard")
    libraries.getByName("Standard").insertByName("Module", source)
    provider = document.getScriptProvider()
    for name in names:
        address = f"vnd.sun.star.script:Standard.Module.{name}?language=Basic&location=document"
        try:
            yield provider.getScript(address).invoke((), (), ())[0]
        except (ScriptFrameworkErrorException, UnoException) as problem:
            yield f"failed: {problem.Message}"
    document.close(True)


def main():
    soffice, profile, module, *names = sys.argv[1:]
    pipe = f"qbe{os.getpid()}"
    command = [soffice, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore", "--nologo"]
    office = subprocess.Popen(
        [*command, f"--accept=pipe,name={pipe};urp;"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        source = Path(module).read_text(encoding="utf-8")
        print(json.dumps(list(answers(connected(pipe), source, names))))
    finally:
        os.killpg(office.pid, signal.SIGKILL)
        office.wait()


main()
