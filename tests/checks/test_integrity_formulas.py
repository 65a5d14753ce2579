"""Result sheets against the template: edits that a spreadsheet makes by itself are none, and what is told of the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from qbe_xl.checks import run_package_checks
from qbe_xl.checks.integrity_formulas import edition_of, template_for
from qbe_xl.core.findings import Finding
from qbe_xl.county import County, Fact, Place
from qbe_xl.county.package import OWN_ROW, Formulas, LiveSheets, Package, Saved
from qbe_xl.forms.template import MAX_SCHOOLS
from qbe_xl.standards import DEFAULT_EDITION, Edition, load_edition
from tests.checks.integrity_samples import SCHOOLS, UNITS, live, sound, submission

EDITION = load_edition(DEFAULT_EDITION)
CHECKS, CV, RESULT, FACTS, SURVEY = "学校核查", "差异系数", "评估结果", "政府保障", "社会认可度"
FIRST, LAST = 6, 45  # rows of the form for schools; 5 and 46 bear the marks between which rows may be inserted
TABLE = (8, 47)  # rows of the result sheets, one a school


def county() -> County:
    found = submission().county
    assert found is not None
    return found


def found(package: Package, of: County | None = None, edition: Edition = EDITION) -> list[Finding]:
    # what two checks need is kept with the county: a county of its own for each package
    return run_package_checks(package, replace(of or county()), edition)


def codes(package: Package, of: County | None = None, edition: Edition = EDITION) -> list[str]:
    return [finding.code for finding in found(package, of, edition)]


def with_live(**changes: Any) -> Package:
    return replace(sound(), live=replace(live(), **changes))


def formulas(change: Callable[[Formulas], Formulas | None]) -> Package:
    """The sound package with each formula as `change` makes it; None leaves it out."""
    return with_live(formulas=tuple(new for old in live().formulas if (new := change(old)) is not None))


def texts(change: Callable[[str], str]) -> Package:
    return formulas(lambda each: each._replace(text=change(each.text)))


def at(sheet: str, column: str, row: int | None = None) -> Formulas:
    """A formula of the sound package: of a table's column, or of one cell."""
    first = TABLE[0] if row is None else row
    (found_here,) = [f for f in live().formulas if (f.sheet, f.column, f.rows[0][0]) == (sheet, column, first)]
    return found_here


def but(sheet: str, column: str, row: int | None = None, **change: Any) -> Package:
    """The sound package with one formula changed."""
    old = at(sheet, column, row)
    return formulas(lambda each: each._replace(**change) if each == old else each)


def test_the_sample_is_as_the_tests_take_it() -> None:
    assert (county().schools[0].number, county().survey[0].number) == (FIRST, 6)
    assert all(FIRST <= row.number <= LAST for row in county().schools)
    assert at(CHECKS, "B").rows == (TABLE,) and f"{SCHOOLS}!$A$5:$A$46" in at(CHECKS, "B").text
    assert found(sound()) == []


# ---- edits that are none


def swapped(text: str, sheet: str, one: str, two: str) -> str:
    """The text after two columns of a sheet have changed places."""
    other = {one: two, two: one}
    return re.sub(
        rf"{sheet}!\$([A-Z]+)\$(\d+):\$([A-Z]+)\$(\d+)",
        lambda m: f"{sheet}!${other.get(m[1], m[1])}${m[2]}:${other.get(m[3], m[3])}${m[4]}",
        text,
    )


def columns_swapped(one: str, two: str, of: County | None = None) -> County:
    base, other = of or county(), {one: two, two: one}
    columns = {name: other.get(letters, letters) for name, letters in base.schools[0].columns.items()}
    return replace(base, schools=tuple(replace(row, columns=columns) for row in base.schools))


def test_columns_that_have_changed_places() -> None:
    """K pupils and AK teaching area: formulas go with them. Without one of the two they lead to another field."""
    moved = texts(lambda text: swapped(text, SCHOOLS, "K", "AK"))
    assert codes(moved, columns_swapped("K", "AK")) == []
    for package, of in ((moved, county()), (sound(), columns_swapped("K", "AK"))):
        (finding,) = found(package, of)
        # the columns X and AD of the sheet read pupils and area, so every row of both is told
        assert (finding.code, finding.sheet, finding.args["count"]) == ("QBE-INT-003", CHECKS, 2 * 40)
        assert (finding.range, finding.also) == ("X8", ("X9", "X10", "X11", "X12"))


def stretched(text: str, first: int, last: int) -> str:
    return re.sub(rf"({SCHOOLS}!\$[A-Z]+\$)5(:\$[A-Z]+\$)46", rf"\g<1>{first}\g<2>{last}", text)


def schools_at(shift: int) -> County:
    return replace(county(), schools=tuple(replace(row, number=row.number + shift) for row in county().schools))


@pytest.mark.parametrize(
    ("first", "last", "shift", "same"),
    [
        (5, 46, 0, True),
        (5, 60, 0, True),  # rows inserted below
        (8, 60, 3, True),  # and above
        (5, 46, 3, True),
        (6, 60, 0, False),  # begins in the first school's row, so that row is no longer before it
        (9, 60, 3, False),
        (5, 0, 0, False),  # 0: ends in the last school's row
        (5, 1, 0, True),  # and one below it
    ],
)
def test_rows_inserted_between_the_marks(first: int, last: int, shift: int, same: bool) -> None:
    bottom = county().schools[-1].number
    package = texts(lambda text: stretched(text, first, last if last > 1 else bottom + last))
    told = found(package, schools_at(shift))
    assert [(f.code, f.sheet) for f in told] == ([] if same else [("QBE-INT-003", CHECKS), ("QBE-INT-003", RESULT)])


def test_schools_of_another_sheet_are_not_looked_for() -> None:
    """A school that was read from a sheet of another name does not stand in these rows."""
    elsewhere = replace(county().schools[0], sheet="别的表", number=3)
    assert codes(sound(), replace(county(), schools=(*county().schools, elsewhere))) == []
    here = replace(elsewhere, sheet=SCHOOLS, number=99)
    assert set(codes(sound(), replace(county(), schools=(*county().schools, here)))) == {"QBE-INT-003"}


def test_nor_where_columns_have_moved() -> None:
    package, moved = texts(lambda text: swapped(text, SCHOOLS, "K", "AK")), columns_swapped("K", "AK")
    elsewhere = replace(moved.schools[0], sheet="别的表", number=99)
    assert codes(package, replace(moved, schools=(*moved.schools, elsewhere))) == []
    here = replace(elsewhere, sheet=SCHOOLS)
    assert set(codes(package, replace(moved, schools=(*moved.schools, here)))) == {"QBE-INT-003"}


@pytest.mark.parametrize(("number", "told"), [(45, False), (46, True), (47, True)])
def test_a_school_in_the_row_of_the_mark(number: int, told: bool) -> None:
    """The formulas take what stands above the mark in row 46."""
    below = replace(county().schools[-1], number=number)
    assert bool(codes(sound(), replace(county(), schools=(*county().schools[:-1], below)))) == told


def test_a_range_of_two_columns_is_no_field() -> None:
    package = texts(lambda text: text.replace(f"{SCHOOLS}!$K$5:$K$46", f"{SCHOOLS}!$K$5:$L$46"))
    assert codes(package) == ["QBE-INT-003"]


def facts_down(rows: int, start: int, of: County | None = None) -> County:
    """The county after rows were inserted in its sheet of facts."""
    base = of or county()

    def down(fact: Fact) -> Fact:
        place = fact.place
        if place is None or place.sheet != FACTS or int(place.ref[1:]) < start:
            return fact
        return replace(fact, place=Place(FACTS, f"{place.ref[0]}{int(place.ref[1:]) + rows}"))

    return replace(base, facts={name: down(fact) for name, fact in base.facts.items()})


def down(text: str, rows: int, start: int) -> str:
    return re.sub(
        rf"({FACTS}!\$D\$)(\d+)", lambda m: m[1] + str(int(m[2]) + rows) if int(m[2]) >= start else m[0], text
    )


def test_rows_inserted_among_the_facts() -> None:
    package = texts(lambda text: down(text, 2, 20))
    assert codes(package, facts_down(2, 20)) == []
    for one, two in ((package, county()), (sound(), facts_down(2, 20))):
        (finding,) = found(one, two)
        assert (finding.code, finding.sheet) == ("QBE-INT-003", RESULT)
        # the first formula of the sheet that reads a fact below row 20: small schools, row 29
        assert finding.range == "C26"


def test_a_fact_in_another_column() -> None:
    (name,) = [n for n, f in county().facts.items() if f.place == Place(FACTS, "D10")]
    moved = replace(county(), facts={**county().facts, name: replace(county().facts[name], place=Place(FACTS, "E10"))})
    # nothing moved but the column: the template's row is kept, and so are equal texts
    assert codes(sound(), moved) == []
    other = texts(lambda text: text.replace(f"{FACTS}!$D$10", f"{FACTS}!$E$10"))
    assert codes(other, moved) == [] and codes(other) == ["QBE-INT-003"]


def test_a_fact_that_was_not_read() -> None:
    """Its formulas must look where the template has it."""
    (name,) = [n for n, f in county().facts.items() if f.place == Place(FACTS, "D10")]
    without = replace(county(), facts={n: f for n, f in county().facts.items() if n != name})
    assert codes(sound(), without) == []
    other = texts(lambda text: text.replace(f"{FACTS}!$D$10", f"{FACTS}!$D$11"))
    assert codes(other, without) == ["QBE-INT-003"]
    # also where others have moved, so that equal texts no longer prove anything
    assert codes(texts(lambda text: down(text, 2, 20)), facts_down(2, 20, without)) == []


def test_the_survey_has_its_rows() -> None:
    """Its columns may change places, its rows are the template's."""
    swap = {"C": "D", "D": "C"}
    columns = {name: swap.get(letters, letters) for name, letters in county().survey[0].columns.items()}
    moved = replace(county(), survey=tuple(replace(row, columns=columns) for row in county().survey))

    def other(each: Formulas) -> Formulas:
        return each if each.sheet == SURVEY else each._replace(text=swapped(each.text, SURVEY, "C", "D"))

    assert codes(formulas(other), moved) == []
    assert codes(formulas(other)) == codes(sound(), moved) == ["QBE-INT-003"]
    shorter = formulas(
        lambda each: (
            each
            if each.sheet == SURVEY
            else each._replace(text=each.text.replace(f"{SURVEY}!$C$6:$C$12", f"{SURVEY}!$C$6:$C$11"))
        )
    )
    assert codes(shorter) == ["QBE-INT-003"]
    assert codes(sound(), replace(county(), survey=())) == []


def test_a_county_without_schools_or_facts() -> None:
    assert codes(sound(), County()) == []
    assert codes(texts(lambda text: swapped(text, SCHOOLS, "K", "AK")), County()) == ["QBE-INT-003"]


def test_references_within_the_result_sheets_are_compared_as_they_stand() -> None:
    assert codes(but(CHECKS, "U", text=at(CHECKS, "U").text.replace(f"$B{OWN_ROW}", f"$C{OWN_ROW}"))) == ["QBE-INT-003"]
    assert codes(but(RESULT, "C", 23, text=at(RESULT, "C", 23).text.replace("$K$47", "$K$46"))) == ["QBE-INT-003"]
    # the same reference to another sheet
    assert codes(but(UNITS, "B", text=f"初中指标!$B{OWN_ROW}")) == ["QBE-INT-003"]
    assert codes(but(RESULT, "C", 17, text='教育质量!$D$10&""')) == ["QBE-INT-003"]


# ---- changed


def test_what_is_told_of_a_changed_formula() -> None:
    (finding,) = found(but(CHECKS, "F", text=f"1+$A{OWN_ROW}"))
    wanted = 'IF($E8="学校",SUMPRODUCT(($U$8:$U$47=$B8)*($E$8:$E$47="校区")),"")'
    assert finding == Finding(
        "QBE-INT-003", CHECKS, "F8",
        args={"count": 40, "cells": "F8、F9、F10、F11、F12…", "found": "1+$A8", "wanted": wanted},
        also=("F9", "F10", "F11", "F12"),
    )  # fmt: skip


def test_one_cell_of_a_column_that_is_changed() -> None:
    old = at(CHECKS, "F")
    package = with_live(
        formulas=tuple(
            new
            for each in live().formulas
            for new in (
                (
                    old._replace(rows=((8, 19), (21, 47))),
                    old._replace(text=f"2*$A{OWN_ROW}", rows=((20, 20),)),
                )
                if each == old
                else (each,)
            )
        )
    )
    (finding,) = found(package)
    assert (finding.code, finding.range, finding.also) == ("QBE-INT-003", "F20", ())
    assert (finding.args["count"], finding.args["cells"], finding.args["found"]) == (1, "F20", "2*$A20")
    assert str(finding.args["wanted"]).startswith('IF($E20="学校"')


def test_long_formulas_are_cut() -> None:
    """80 characters are shown whole; of longer ones 79 and an ellipsis."""
    for length, shown in ((80, "1" * 80), (81, "1" * 79 + "…")):
        (finding,) = found(but(RESULT, "C", 13, text="1" * length))
        assert finding.args["found"] == shown
    (finding,) = found(but(CHECKS, "H", text="1"))
    wanted = str(finding.args["wanted"])
    assert len(wanted) == 80 and wanted.endswith("…") and wanted.startswith('IF($E8="",""')


def test_a_formula_shared_with_another_column_was_not_looked_into() -> None:
    """It can only be another one: columns do not share formulas in the template."""
    (finding,) = found(but(CHECKS, "F", text=""))
    assert (finding.code, finding.range, finding.args["found"]) == ("QBE-INT-003", "F8", "")


def test_rows_beyond_the_table_do_not_count() -> None:
    old = at(CHECKS, "F")
    more = with_live(formulas=(*live().formulas, old._replace(text="1", rows=((3, 4),))))
    assert codes(more) == []
    wide = but(CHECKS, "F", rows=((5, 47),))  # the table begins in 8
    assert codes(wide) == []


# ---- lost


@pytest.mark.parametrize(
    ("rows", "lost"),
    [
        (((9, 47),), ["F8"]),
        (((8, 46),), ["F47"]),
        (((8, 20), (23, 47)), ["F21", "F22"]),
        (((8, 41),), ["F42", "F43", "F44", "F45", "F46", "F47"]),
        (((8, 9), (8, 47)), []),
        (((8, 20), (20, 46)), ["F47"]),
        (((8, 46), (8, 8)), ["F47"]),
    ],
)
def test_cells_that_have_lost_their_formula(rows: tuple[tuple[int, int], ...], lost: list[str]) -> None:
    told = found(but(CHECKS, "F", rows=rows))
    if not lost:
        assert told == []
        return
    cells = "、".join(lost[:5]) + ("…" if len(lost) > 5 else "")
    args = {"count": len(lost), "cells": cells}
    assert told == [Finding("QBE-INT-004", CHECKS, lost[0], args=args, also=tuple(lost[1:5]))]


def test_a_single_cell_that_has_lost_its_formula() -> None:
    old = at(RESULT, "C", 13)
    (finding,) = found(formulas(lambda each: None if each == old else each))
    assert finding == Finding("QBE-INT-004", RESULT, "C13", args={"count": 1, "cells": "C13"})


def test_two_sheets_two_findings() -> None:
    gone = (at(RESULT, "C", 13), at(CV, "E", 6))
    told = found(formulas(lambda each: None if each in gone else each))
    assert {(f.code, f.place) for f in told} == {("QBE-INT-004", f"{RESULT}!C13"), ("QBE-INT-004", f"{CV}!E6")}


# ---- whole sheets


def test_result_sheets_that_are_not_there() -> None:
    (finding,) = found(replace(sound(), live=None))
    assert finding == Finding("QBE-INT-002", args={"list": "学校核查、小学指标、初中指标、差异系数、评估结果"})
    assert codes(replace(sound(), live=None, marked=False, form="own")) == []
    # nothing bears the mark: that is told
    assert codes(replace(sound(), live=None, marked=False)) == ["QBE-INT-001"]
    assert codes(replace(sound(), live=None, form="own")) == []

    def without(*names: str, **more: Any) -> Package:
        return with_live(formulas=tuple(f for f in live().formulas if f.sheet not in names), **more)

    for package in (without(CV), without(CV, missing=(CV,))):
        assert found(package) == [Finding("QBE-INT-002", args={"list": CV})]
    assert found(with_live(missing=(RESULT, CV))) == [Finding("QBE-INT-002", args={"list": f"{CV}、{RESULT}"})]
    assert [(f.code, f.sheet) for f in found(without(CV, damaged=(CV,)))] == [("QBE-INT-023", CV)]
    both = tuple(f for f in live().formulas if f.sheet != CV and f != at(RESULT, "C", 13))
    for more in ({}, {"missing": (CV,)}):
        told = found(with_live(formulas=both, **more))
        assert [(f.code, f.range) for f in told] == [("QBE-INT-002", None), ("QBE-INT-004", "C13")]
    # with the tables of schools gone, nothing tells how large the template was
    tables = (CHECKS, UNITS, "初中指标")
    assert found(without(*tables)) == [Finding("QBE-INT-002", args={"list": "、".join(tables)})]


def test_the_names_are_those_of_the_templates_language() -> None:
    english = replace(live(), lang="en", formulas=(), missing=())
    (finding,) = found(replace(sound(), live=english))
    assert finding.args["list"] == "School checks、Primary indicators、Junior indicators、CV、Result"


def test_more_formulas_than_are_told() -> None:
    """What is missing may only have been cut off; that formulas are far more than the template's is a finding itself."""
    short = live().formulas[:30]
    told = found(with_live(formulas=short, cut=True))
    args = {"count": 30, "cells": "—", "found": "…", "wanted": "…"}
    assert told == [Finding("QBE-INT-003", CHECKS, args=args)]
    (finding,) = found(with_live(formulas=(), cut=True))
    assert finding == Finding("QBE-INT-003", args={**args, "count": 0})


# ---- which template


def test_the_size_of_the_template_is_told_by_its_tables() -> None:
    known = template_for(live(), EDITION)
    assert known is not None and known.template.layout.capacity == 40

    def sized(last: int, *columns: str) -> LiveSheets:
        kept = [f._replace(rows=((8, last),)) for f in live().formulas if f.sheet == CHECKS and f.column in columns]
        return replace(live(), formulas=tuple(kept))

    for columns, size in ((("B", "C", "D"), 3), (("B", "C"), None)):  # two columns are no table
        made = template_for(sized(10, *columns), EDITION)
        assert (made.template.layout.capacity if made else None) == size
    assert template_for(sized(7, "B", "C", "D"), EDITION) is None
    # rows that a table was made longer by count: three columns to row 10, three to row 12
    longer = replace(live(), formulas=(*sized(10, "B", "C", "D").formulas, *sized(12, "E", "F", "G").formulas))
    made = template_for(longer, EDITION)
    assert made is not None and made.template.layout.capacity == 5
    one = template_for(sized(8, "B", "C", "D"), EDITION)
    assert one is not None and one.template.layout.capacity == 1
    most = template_for(sized(7 + MAX_SCHOOLS, "B", "C", "D"), EDITION)
    assert most is not None and most.template.layout.capacity == MAX_SCHOOLS
    assert template_for(sized(8 + MAX_SCHOOLS, "B", "C", "D"), EDITION) is None


def test_the_tables_stand_in_for_each_other() -> None:
    """A sheet that has lost its formulas does not tell the size; the next one does. Texts that were not read do not count."""
    for gone in ((CHECKS,), (CHECKS, UNITS)):
        known = template_for(
            replace(live(), formulas=tuple(f for f in live().formulas if f.sheet not in gone)), EDITION
        )
        assert known is not None and known.template.layout.capacity == 40
    rest = tuple(f for f in live().formulas if f.sheet in (CV, RESULT))
    assert template_for(replace(live(), formulas=rest), EDITION) is None
    blank = tuple(f._replace(text="") for f in live().formulas)
    assert template_for(replace(live(), formulas=blank), EDITION) is None


def test_the_same_template_is_made_once_for_what_ships() -> None:
    assert template_for(live(), EDITION) is template_for(live(), EDITION)
    own = own_edition()
    made = template_for(live(), own)
    assert made is not None and made is not template_for(live(), own) and made.template.layout.edition is own


def own_edition() -> Edition:
    """An edition of one's own: not among those known by their id."""
    file = EDITION.file.model_copy(update={"id": "own"})
    return replace(EDITION, file=file)


def test_rules_that_the_template_was_made_for() -> None:
    """Its own, whatever the submission is assessed by; where they are not known nothing is compared."""
    wrong = but(CHECKS, "F", text="1")
    shenyang = load_edition("cn-qbe-2017-shenyang")
    assert codes(wrong, edition=shenyang) == ["QBE-INT-003"] and codes(sound(), edition=shenyang) == []
    assert codes(replace(wrong, pinned="nowhere-2031")) == codes(replace(wrong, pinned=None)) == []
    assert edition_of(replace(sound(), pinned="nowhere-2031"), EDITION) is None
    own = own_edition()
    assert edition_of(replace(sound(), pinned="own"), own) is own
    assert codes(replace(wrong, pinned="own"), edition=own) == ["QBE-INT-003"]
    assert codes(replace(sound(), pinned="own"), edition=own) == []


# ---- limits


def limits(sheet: str, cells: dict[str, Saved]) -> Package:
    return with_live(values={**live().values, sheet: {**live().values[sheet], **cells}})


# 小学 and 初中 limits of the seven (4.2, 1, 0.9 per 100; 4.5 and 7.5 ㎡; 2000 yuan; 2.3 per 100), and of their CVs
UNIT_LIMITS = {
    UNITS: {"F6": 4.2, "G6": 1.0, "H6": 0.9, "I6": 4.5, "J6": 7.5, "K6": 2000.0, "L6": 2.3},
    "初中指标": {"F6": 5.3, "G6": 1.0, "H6": 0.9, "I6": 5.8, "J6": 10.2, "K6": 2500.0, "L6": 2.4},
    CV: {f"G{row}": 0.5 for row in range(6, 13)} | {f"G{row}": 0.45 for row in range(15, 22)},
}


@pytest.mark.parametrize("sheet", UNIT_LIMITS)
def test_every_limit_of_the_indicators(sheet: str) -> None:
    wanted = UNIT_LIMITS[sheet]
    assert {cell: live().values[sheet].get(cell) for cell in wanted} == wanted
    for cell, limit in wanted.items():
        (finding,) = found(limits(sheet, {cell: 99.0}))
        args = {"count": 1, "cells": cell, "found": "99", "wanted": f"{limit:g}"}
        assert finding == Finding("QBE-INT-005", sheet, cell, args=args)
    (finding,) = found(limits(sheet, dict.fromkeys(wanted)))
    first = list(wanted)[:5]
    assert finding.args["count"] == len(wanted) and finding.args["cells"] == "、".join(first) + "…"
    assert (finding.range, finding.also, finding.args["found"]) == (first[0], tuple(first[1:]), "—")


def test_limits_of_the_items_are_texts_as_shown() -> None:
    """Each is told; a line without one is not looked at."""
    shown = {c: v for c, v in live().values[RESULT].items() if c.startswith("D") and c not in {"D3", "D7"}}
    told = {}
    for cell in shown:
        for finding in found(limits(RESULT, {cell: "另一个"})):
            assert (finding.code, finding.range, finding.args["found"]) == ("QBE-INT-005", cell, "另一个")
            told[cell] = finding.args["wanted"]
    assert told == {cell: value for cell, value in shown.items() if value}
    assert (told["D9"], told["D27"], told["D34"], told["D67"], told["D69"]) == (
        "≥ 3",
        "≥ 6000",
        "≥ 10%",
        "＜ 15%",
        "≥ 85%",
    )
    assert len(told) == 17  # a minimum or a maximum of the county's own; the schools' stand in their tables


def test_limits_are_equal_to_nine_digits() -> None:
    for cell, limit in (("F6", 4.2), ("K6", 2000.0), ("H6", 0.9)):
        room = 1e-9 * max(1.0, limit)
        assert codes(limits(UNITS, {cell: limit + 0.9 * room})) == []
        assert codes(limits(UNITS, {cell: limit - 1.1 * room})) == ["QBE-INT-005"]
    (finding,) = found(limits(UNITS, {"F6": "4.2"}))
    assert finding.args["found"] == "4.2"  # a text is no number


def test_a_sheet_whose_values_were_not_read_has_no_limits_to_compare() -> None:
    values = {sheet: cells for sheet, cells in live().values.items() if sheet != UNITS}
    assert codes(with_live(values=values)) == []
    values[CV] = {**values[CV], "G6": 1.0}  # the others are compared all the same
    assert [(f.code, f.place) for f in found(with_live(values=values))] == [("QBE-INT-005", f"{CV}!G6")]
