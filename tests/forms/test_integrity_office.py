"""What LibreOffice makes of a sound submission gives no finding about its integrity."""

from __future__ import annotations

from pathlib import Path

import pytest

from qbe_xl.assessment import assess
from qbe_xl.forms.template import write_template
from qbe_xl.standards import load_edition
from scripts.sample_counties import all_samples
from tests.forms.test_template_live import EDITS
from tests.office import Office
from tests.paths import ROOT, SAMPLES

pytestmark = pytest.mark.office


def integrity(path: Path) -> list[str]:
    result = assess(path)
    assert result.submission.package is not None
    return [finding.sentence("en") for finding in result.findings if finding.code.startswith("QBE-INT")]


@pytest.mark.parametrize("path", [SAMPLES / "linyi.xlsx", ROOT / "workbooks" / "qbe-county-template.en.xlsx"], ids=lambda p: p.name)
def test_saved_by_libreoffice(path: Path, tmp_path: Path, office: Office) -> None:
    saved = tmp_path / "saved.xlsx"
    office.run(path, save_xlsx=saved)
    assert integrity(saved) == []


@pytest.mark.parametrize("edit", EDITS)
def test_edited_as_the_template_allows(edit: str, tmp_path: Path, office: Office) -> None:
    """Rows inserted and deleted, columns moved and inserted, figures changed: recalculated, so nothing is stale either."""
    sample = next(sample for sample in all_samples() if sample.name == "pass")
    path = write_template(tmp_path / "in.xlsx", load_edition("cn-qbe-2017"), "zh", sample.schools, sample.county)
    saved = tmp_path / "saved.xlsx"
    office.run(path, ops=EDITS[edit], save_xlsx=saved)
    # to edit a sheet, the office of these tests takes its protection off: that alone is told
    assert [sentence for sentence in integrity(saved) if not sentence.startswith("QBE-INT-007")] == []
