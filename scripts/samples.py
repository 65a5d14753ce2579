"""Makes the shipped workbooks: the blank templates, and the filled samples with what each must give beside it.

Every workbook is written, read back and assessed; the values the result sheets must show are then stored in it, so that
viewers that do not calculate show them too. The same run gives the same bytes.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from qbe_xl import assess  # noqa: E402
from qbe_xl.assessment.live import live_values  # noqa: E402
from qbe_xl.core.languages import Lang  # noqa: E402
from qbe_xl.forms.template import Template, write_template  # noqa: E402
from qbe_xl.standards import DEFAULT_EDITION, load_edition  # noqa: E402
from scripts.sample_counties import Sample, all_samples  # noqa: E402

WORKBOOKS = ROOT / "workbooks"


def write_filled(
    sample: Sample, target: Path, lang: Lang = "zh", edition_id: str = DEFAULT_EDITION, functions: bool = False
) -> Path:
    """A filled template, or its variant with QBE_* calls, with the right cached values in its result sheets."""
    edition = load_edition(edition_id)
    write_template(target, edition, lang, sample.schools, sample.county, note=sample.note, functions=functions)
    live = live_values(assess(target), Template(edition, lang, sample.schools))
    return write_template(target, edition, lang, sample.schools, sample.county, live, sample.note, functions)


def with_functions() -> Sample:
    """The county in the shipped variant with QBE_* calls: filled, for the calls' cached values to be seen."""
    sample = next(each for each in all_samples() if each.name == "means-pass-schools-fail")
    return replace(sample, note=f"{sample.note}（示例数据；空白表：qbe-xl new-template --functions）")


def expectation(sample: Sample) -> str:
    """What the sample must give, as text for the file beside it."""
    data = {"note": sample.note, "verdict": sample.verdict, "statuses": sample.statuses, **sample.expect}
    return json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def main() -> None:
    """Write everything."""
    edition = load_edition(DEFAULT_EDITION)
    samples = WORKBOOKS / "samples"
    samples.mkdir(parents=True, exist_ok=True)
    write_template(WORKBOOKS / "qbe-county-template.xlsx", edition, "zh")
    write_template(WORKBOOKS / "qbe-county-template.en.xlsx", edition, "en")
    write_filled(with_functions(), WORKBOOKS / "qbe-county-template-udf.xlsx", functions=True)
    for sample in all_samples():
        write_filled(sample, samples / f"{sample.name}.xlsx")
        (samples / f"{sample.name}.expected.json").write_text(expectation(sample), encoding="utf-8")
        print(sample.name)


if __name__ == "__main__":
    main()
