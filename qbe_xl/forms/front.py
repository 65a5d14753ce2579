"""The front of the forms: which there are, and reading a workbook by the one that it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from qbe_xl.core.errors import QbeError
from qbe_xl.county.model import Submission
from qbe_xl.forms.collect import read_collection, read_collection_source
from qbe_xl.forms.collect_form import FORM_ID, CollectForm, collect_form
from qbe_xl.forms.foreign import read_in_child
from qbe_xl.forms.grid import Source
from qbe_xl.forms.profile import SHIPPED, Profile, load_profile, shipped_profile
from qbe_xl.forms.reader import read_source, read_workbook
from qbe_xl.safety import OtherFormat


def known_forms() -> dict[str, Profile | CollectForm]:
    """Every form that comes with the program, by its id."""
    return {**{form_id: shipped_profile(form_id) for form_id in SHIPPED}, FORM_ID: collect_form()}


def load_form(form: str | Path) -> Profile | CollectForm:
    """A form by its id, or from a profile file; QbeError QBE-CAL-002 where there is neither."""
    text = str(form)
    if text in SHIPPED:
        return shipped_profile(text)
    if text == FORM_ID:
        return collect_form()
    path = Path(form)
    if path.suffix.lower() in {".yaml", ".yml"} and path.is_file():
        return load_profile(path)
    raise QbeError("QBE-CAL-002", form=text, known=", ".join(known_forms()))


def read(path: Path | str, form: str | Path | None = None) -> Submission:
    """A workbook, or a folder of collection forms, as a Submission: the County, and every problem as a finding.

    `form` is the id of a known form or the path of a profile; without it the known forms are tried. A file that cannot
    be read gives a Submission without a county and with one finding; QbeError only where `form` itself is wrong.
    Formats other than Excel's own .xlsx and .xlsm are read in a guarded child, whatever process this is.
    """
    try:
        return _read(path, form)
    except OtherFormat:  # given only outside a child
        return read_in_child(Path(path), form)


def _read(path: Path | str, form: str | Path | None) -> Submission:
    profile = load_form(form) if form is not None else None
    if isinstance(profile, CollectForm):
        return read_collection(Path(path))
    submission = read_workbook(Path(path), profile, [shipped_profile(form_id) for form_id in SHIPPED])
    if form is None and submission.form is None and any(f.code == "QBE-STR-001" for f in submission.findings):
        collected = read_collection(
            Path(path)
        )  # a single school's workbook, or the county's part, is known by its items
        if collected.county is not None:
            return collected
        # a sheet that could not be looked into says more than that none of our forms was found
        refused = tuple(f for f in collected.findings if f.code.startswith("QBE-FIL-") and f.severity == "error")
        if refused:
            return replace(submission, findings=refused)
    return submission


def read_open(book: Source, profiles: Sequence[Profile] = ()) -> Submission:
    """A workbook that is open in a spreadsheet, as a Submission; the shipped forms are tried, and these `profiles`."""
    known = [*(shipped_profile(form_id) for form_id in SHIPPED), *profiles]
    submission = read_source(book, None, known)
    if submission.form is None and any(f.code == "QBE-STR-001" for f in submission.findings):
        collected = read_collection_source(book)
        if collected.county is not None:
            return collected
    return submission
