"""`qbe-xl new-template`."""

from __future__ import annotations

from pathlib import Path

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import Lang

MOST_SCHOOLS = 2000


def new_template(file: str, edition: str | None, lang: Lang, schools: int, force: bool, functions: bool = False) -> int:
    """Write a blank template, or its variant with QBE_* `functions`.

    QbeError where the number of schools is out of bounds or the file exists.
    """
    from qbe_xl.standards import DEFAULT_EDITION, load_edition

    if not 1 <= schools <= MOST_SCHOOLS:
        raise QbeError("QBE-CAL-004", value=schools, low=1, high=MOST_SCHOOLS)
    rules = load_edition(edition or DEFAULT_EDITION)
    target = Path(file) if Path(file).suffix else Path(f"{file}.xlsx")
    if target.exists() and not force:
        raise QbeError("QBE-CAL-010", file=str(target))
    from qbe_xl.forms.template import write_template

    write_template(target, rules, lang, schools, functions=functions)
    print(f"已写出 {target}" if lang == "zh" else f"Wrote {target}")
    return 0
