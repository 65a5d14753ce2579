"""The annotated copy made in a guarded child: the submitted package is taken apart and put together there alone.

A child may write to no file, so the copy comes back as text (base64) in its answer; its owner saves it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from qbe_xl.core.errors import QbeError
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Lang, Text
from qbe_xl.county.wire import findings_from, plain_findings
from qbe_xl.outputs.annotated.book import annotate
from qbe_xl.safety import OtherFormat, Refused, preflight
from qbe_xl.safety.guarded import Guard, Limits
from qbe_xl.safety.preflight import MAX_FILE

# a copy of the largest file that is read, with its comments, in base64
LIMITS = replace(Limits(), answer=2 * MAX_FILE)
_ZIP = b"PK\x03\x04"


def prepare() -> None:
    """Load what annotating needs, once for all children."""
    from qbe_xl.core.messages import catalogue

    catalogue()


def annotated_file(
    path: Path,
    sha256: str | None,
    findings: Sequence[Finding],
    values: Sequence[str],
    lang: Lang,
    guard: Guard | None = None,
) -> bytes:
    """The annotated copy of a file; `values` are the texts of the column 当时的值, one a finding.

    `sha256`: the digest of the file as it was checked; None where it is not known. With a `guard` the work is done in one
    of its children, else in this process: the bytes are the same. Raises Refused (the file, or what befell the child),
    QbeError (QBE-ANN-…) and ChildFailed (our own fault, in the child).
    """
    arguments = (str(path), sha256, plain_findings(findings), list(values), lang)
    if guard is None:
        return _copy(*arguments)
    return _bytes(guard.run(in_child, *arguments, about=path.name), path.name)


def in_child(path: str, sha256: str | None, findings: list[Any], values: list[str], lang: Lang) -> str:
    """What the child does."""
    return base64.b64encode(_copy(path, sha256, findings, values, lang)).decode("ascii")


def _copy(path: str, sha256: str | None, findings: list[Any], values: list[str], lang: Lang) -> bytes:
    told = findings_from(findings)
    value_of: Mapping[int, str] = {id(finding): value for finding, value in zip(told, values, strict=True)}
    file = Path(path)
    try:
        data = preflight(file, sheets=False).data
    except OtherFormat as other:
        raise QbeError("QBE-ANN-001", file=path, kind=f".{other.kind}") from other
    if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
        raise QbeError("QBE-ANN-003", file=path)
    explained = any(finding.explained for finding in told)
    return annotate(
        data,
        told,
        lang,
        name=file.name,
        value_of=lambda finding: value_of[id(finding)],
        explanation_of=(lambda finding: _explanation(finding, lang)) if explained else None,
    )


def _explanation(finding: Finding, lang: Lang) -> str:
    return "\n".join(each.sentence(lang) for each in finding.explained)


def _bytes(answer: object, about: str) -> bytes:
    """The copy that a child answered with: nothing is believed of it but that it is a package."""
    try:
        copy = base64.b64decode(answer, validate=True) if isinstance(answer, str) else b""
    except (binascii.Error, ValueError):
        copy = b""
    if not copy.startswith(_ZIP):
        raise Refused("QBE-FIL-016", file=about, problem=Text("回答不成形", "a malformed answer"))
    return copy
