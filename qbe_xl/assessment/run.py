"""From a workbook or a County to an Assessment: read, check, assess, review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from qbe_xl.assessment.items import Context, assess_group
from qbe_xl.assessment.resources import assess_resources
from qbe_xl.assessment.results import Assessment, GroupResult
from qbe_xl.assessment.review import review
from qbe_xl.assessment.saved import saved_results
from qbe_xl.checks import run_checks, run_package_checks
from qbe_xl.checks.reasons import answered
from qbe_xl.checks.waivers import Waiver, load_waivers
from qbe_xl.core.findings import Finding
from qbe_xl.county import County, FileInfo, Place, Submission
from qbe_xl.county.units import county_units
from qbe_xl.standards import DEFAULT_EDITION, Edition, known_editions, load_edition
from qbe_xl.standards.model import GROUPS


def assess(
    source: str | Path | County,
    edition: str | Path | None = None,
    *,
    form: str | Path | None = None,
    options: tuple[str, ...] = (),
    guarded: bool = False,
    against: Submission | County | None = None,
    waivers: str | Path | tuple[Waiver, ...] = (),
) -> Assessment:
    """Assess a workbook (a path; a folder for forms of one workbook a school) or a County.

    `edition`: an id or a .yaml file; None takes the edition that the workbook pins, else `cn-qbe-2017`.
    `form`: the id of a form or a profile .yaml; None recognises the known forms. `options`: relaxations to switch on.
    `against`: last year's report, for the checks that compare years. `waivers`: a reviewer's, or the file that holds them.
    `guarded` reads the file in a child process with limits of memory and time, so that no file can harm this one: for
    files of strangers; the result is the same. Problems of the data are findings of the result; QbeError is raised only
    for a wrong call (unknown edition or form).
    """
    if isinstance(source, County):
        submission = Submission(FileInfo("(county)"), None, source)
    elif guarded:
        from qbe_xl.forms.child import read_guarded

        submission = read_guarded(source, form)
    else:
        from qbe_xl.forms import read

        submission = read(source, form)
    return assess_submission(submission, edition, options, against, waivers)


def assess_submission(
    submission: Submission,
    edition: str | Path | None = None,
    options: tuple[str, ...] = (),
    against: Submission | County | None = None,
    waivers: str | Path | tuple[Waiver, ...] = (),
) -> Assessment:
    """Assess what was read already."""
    given = waivers if isinstance(waivers, tuple) else load_waivers(waivers)
    pinned = submission.file.pinned_edition
    extra: list[Finding] = []
    if edition is None:
        known = pinned is None or pinned == DEFAULT_EDITION or pinned in known_editions()
        rules = load_edition(pinned if pinned and known else DEFAULT_EDITION, options)
        if not known:
            extra.append(Finding("QBE-STR-013", args={"pinned": pinned}))
    else:
        rules = load_edition(edition, options)
        if pinned is not None and pinned != rules.id:
            extra.append(Finding("QBE-STR-006", args={"pinned": pinned, "edition": rules.id}))
    found = [*submission.findings, *extra]
    if submission.county is None:
        return Assessment(submission, rules, tuple(answered(found, submission, given)))
    found += run_package_checks(submission.package, submission.county, rules)
    last_year = against.county if isinstance(against, Submission) else against
    return _assessed(submission, submission.county, rules, found, last_year, given)


def usable(county: County, found: Iterable[Finding]) -> County:
    """The county as it is assessed: an error makes its value unusable, the rest stands."""
    return county.without(
        {
            Place(f.sheet, ref, f.file)
            for f in found
            if f.severity == "error" and f.sheet
            for ref in (f.range, *f.also)
            if ref
        }
    )


def reassess(base: Assessment, county: County) -> Assessment:
    """The same report under the same rules, with another county: one that was changed (see `qbe_xl.planning`).

    `county` comes from `usable(base.county, base.findings)`. What was found in cells that it still has stays found.
    """
    standing = {(p.file, p.sheet, p.ref) for p in _places(county)}
    kept = [
        f
        for f in base.findings
        if f.severity == "error" and (not f.range or (f.file, f.sheet, f.range.partition(":")[0]) in standing)
    ]
    # saved results and answers are those of the file, not of what it would become
    changed = replace(base.submission, county=county, package=None, explanations=())
    return _assessed(changed, county, base.edition, kept, None, ())


def _places(county: County) -> Iterator[Place]:
    for row in (*county.schools, *county.survey):
        for name in {**row.columns, **row.places}:
            if (place := row.place(name)) is not None:
                yield place
    yield from (fact.place for fact in county.facts.values() if fact.place is not None)


def _assessed(
    submission: Submission,
    county: County,
    edition: Edition,
    found: list[Finding],
    last_year: County | None,
    waivers: tuple[Waiver, ...],
) -> Assessment:
    found = [*found, *run_checks(county, edition, last_year=last_year)]
    county = usable(county, found)
    schools, excluded, units = county_units(county, edition)
    context = Context(county, edition, schools)
    resources = assess_resources(units, edition)
    groups: dict[str, GroupResult] = {group: assess_group(context, group) for group in GROUPS if group != "resources"}
    result = Assessment(submission, edition, (), schools, excluded, resources, groups)
    found += context.findings
    found += list(review(result, found))
    found += list(saved_results(result, found))
    found = answered(found, submission, waivers)
    return replace(result, findings=tuple(sorted(found, key=Finding.sort_key)))
