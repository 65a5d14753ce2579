"""Opens the add-in in a private LibreOffice and runs functions of it, with another workbook in front; prints JSON.

    xlam_script.py SOFFICE PROFILE_DIR JOB.json

JOB: {"addin": file, "front": file, "replace": {module: [[old, new], …]}, "append": {module: source}, "ask": ["Module.Function", …]}
Prints {"sheets": […], "modules": {name: source}, "active": title, "answers": […]}.
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
FILTER = "Calc MS Excel 2007 VBA XML"


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


def result(context, job):
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    always = 4  # MacroExecMode.ALWAYS_EXECUTE_NO_WARN
    address = Path(job["addin"]).as_uri()
    options = (prop("Hidden", True), prop("MacroExecutionMode", always), prop("FilterName", FILTER))
    addin = desktop.loadComponentFromURL(address, "_blank", 0, options)
    libraries = addin.BasicLibraries
    (name,) = [each for each in libraries.getElementNames() if each != "Standard"]
    libraries.loadLibrary(name)
    library = libraries.getByName(name)
    found = {
        "library": name,
        "sheets": list(addin.Sheets.getElementNames()),
        "cells": [list(row) for row in addin.Sheets.getByIndex(0).getCellRangeByName("A1:B4").getDataArray()],
        "modules": {each: library.getByName(each) for each in library.getElementNames()},
    }
    for module, changes in job["replace"].items():
        source = library.getByName(module)
        for old, new in changes:
            assert old in source, old
            source = source.replace(old, new)
        library.replaceByName(module, source)
    for module, more in job["append"].items():
        library.replaceByName(module, library.getByName(module) + "\n" + more)
    front = desktop.loadComponentFromURL(Path(job["front"]).as_uri(), "_blank", 0, (prop("MacroExecutionMode", 0),))
    front.CurrentController.Frame.activate()
    found["front_sheets"] = list(front.Sheets.getElementNames())
    provider = addin.getScriptProvider()
    found["answers"] = []
    for ask in job["ask"]:
        script = f"vnd.sun.star.script:{name}.{ask}?language=Basic&location=document"
        try:
            found["answers"].append(provider.getScript(script).invoke((), (), ())[0])
        except (ScriptFrameworkErrorException, UnoException) as problem:
            found["answers"].append(f"failed: {problem.Message}")
    front.close(True)
    addin.close(True)
    return found


def main():
    soffice, profile, job = sys.argv[1:]
    pipe = f"qbexlam{os.getpid()}"
    command = [soffice, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore", "--nologo"]
    office = subprocess.Popen(
        [*command, f"--accept=pipe,name={pipe};urp;"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        print(json.dumps(result(connected(pipe), json.loads(Path(job).read_text(encoding="utf-8")))))
    finally:
        os.killpg(office.pid, signal.SIGKILL)
        office.wait()


main()
