"""差异系数 and 评估结果: the CVs against their limits and every criterion's status, with native formulas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from qbe_xl.core.fields import field_of
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.forms.template import calls, words
from qbe_xl.forms.template.cells import LiveCell, decimal, text, worst
from qbe_xl.forms.template.layout import UNIT_ROW, Layout
from qbe_xl.forms.template.live_schools import SIGNS, SchoolChecks
from qbe_xl.forms.template.live_units import UnitSheet
from qbe_xl.standards import model
from qbe_xl.standards.wording import GROUP_NAMES
from qbe_xl.standards.wording import SIGNS as SIGNS_SHOWN

CV_FIRST_ROW = 5
RESULT_FIRST_ROW = 8
CV_COLUMNS: tuple[tuple[str, str, Text, str], ...] = (
    ("units", "C", Text("校数", "Units"), "live_int"),
    ("mean", "D", Text("平均值 X̄", "Mean X̄"), "live_number"),
    ("std", "E", Text("标准差 S", "Std. deviation S"), "live_number"),
    ("cv", "F", Text("差异系数 CV", "CV"), "live_cv"),
    ("limit", "G", Text("限值 ≤", "Limit ≤"), "limit"),
    ("status", "H", Text("结论", "Verdict"), "live_status"),
    ("below", "I", Text("低于标准校数", "Units below limit"), "live_int"),
    ("below_floor", "J", Text("低于底线校数", "Units below floor"), "live_int"),
)


class CvSheet:
    """One block of seven rows a stage, and the composite, for information only."""

    sheet = "cv"

    def __init__(self, layout: Layout, units: dict[str, UnitSheet]) -> None:
        self.layout, self.lang, self.units = layout, layout.lang, units
        self.columns = {name: letter for name, letter, _, _ in CV_COLUMNS}
        self.styles = {name: style for name, _, _, style in CV_COLUMNS}

    def row(self, stage: str, index: int) -> int:
        """The row of a stage's indicator; index 7 is the composite's."""
        block = list(self.units).index(stage)
        return CV_FIRST_ROW + block * (len(self.layout.edition.resources) + 2) + 1 + index

    def status_range(self, stage: str) -> str:
        """A stage's seven statuses, as seen from any sheet."""
        first, last = self.row(stage, 0), self.row(stage, len(self.layout.edition.resources) - 1)
        return f"{self.layout.quoted(self.sheet)}!$H${first}:$H${last}"

    def cells(self) -> Iterator[LiveCell]:
        """Every formula cell of the sheet."""
        indicators = self.layout.edition.resources
        for stage, unit_sheet in self.units.items():
            for index, indicator in enumerate(indicators):
                row = self.row(stage, index)
                for name, formula in self._row(unit_sheet, indicator, row):
                    key = ("cv", stage, indicator.id, name)
                    yield LiveCell(self.sheet, f"{self.columns[name]}{row}", f"={formula}", key, self.styles[name])
            first, last = self.row(stage, 0), self.row(stage, len(indicators) - 1)
            cvs = f"$F${first}:$F${last}"
            row = self.row(stage, len(indicators))
            average = "QBE_COMPOSITE" if self.layout.functions else "AVERAGE"
            formula = f'=IF(COUNT({cvs})={len(indicators)},{average}({cvs}),"")'
            yield LiveCell(self.sheet, f"F{row}", formula, ("composite", stage), "live_cv")

    def _row(self, sheet: UnitSheet, indicator: model.Resource, row: int) -> Iterator[tuple[str, str]]:
        lang, i = self.lang, indicator.id
        values, pupils = sheet.column_range(f"{i}.value"), sheet.column_range("pupils")
        amounts, squares = sheet.column_range(f"{i}.amount"), sheet.column_range(f"{i}.square")
        statuses = sheet.column_range(f"{i}.status")
        n, mean, std, cv = f"$C{row}", f"$D{row}", f"$E{row}", f"$F{row}"
        known = f"COUNT({values})"
        met, failed, open_ = (text(w[lang]) for w in (words.PASS, words.FAIL, words.UNDETERMINED))
        std_known = f"SQRT(SUM({squares})/SUMPRODUCT(ISNUMBER({values})*1,{pupils}))"
        cv_known = f"{std}/{mean}"
        if self.layout.functions:
            std_known = calls.where_known(n, known, std_known, f"QBE_STD({values},{pupils})")
            cv_known = f"QBE_COEF({values},{pupils})"
        yield "units", sheet.counted()
        yield "mean", sheet.mean(indicator)
        yield "std", f'IF({known}=0,"",{std_known})'
        yield "cv", f'IF(OR({n}=0,{known}<{n},SUM({amounts})=0),"",{cv_known})'
        limit = f"$G{row}"
        yield (
            "status",
            f'IF({n}=0,"",IF({known}<{n},{open_},IF(SUM({amounts})=0,{met},IF(ROUND({cv},12)<={limit},{met},{failed}))))',
        )
        failing = f"COUNTIF({statuses},{failed})"
        yield "below", f'IF({n}=0,"",{failing}+COUNTIF({statuses},{text(words.ALLOWED[lang])}))'
        yield "below_floor", f'IF({n}=0,"",{failing})'


@dataclass(frozen=True)
class ResultLine:
    """One line of 评估结果. `depth` 0 a group, 1 a criterion, 2 a part."""

    row: int
    depth: int
    id: str
    name: Text
    limit: str
    criterion: model.AnyCriterion | None = None
    group: str | None = None
    stage: str | None = None


class ResultSheet:
    """The verdict, and a line for every criterion and part."""

    sheet = "result"
    columns: ClassVar[dict[str, str]] = {"id": "A", "name": "B", "value": "C", "limit": "D", "status": "E"}

    def __init__(self, layout: Layout, checks: SchoolChecks, units: dict[str, UnitSheet], cv: CvSheet) -> None:
        self.layout, self.lang = layout, layout.lang
        self.checks, self.units, self.cv = checks, units, cv
        self.lines = list(self._plan())
        self.rows = {line.id: line.row for line in self.lines}

    def _plan(self) -> Iterator[ResultLine]:
        row = RESULT_FIRST_ROW
        edition = self.layout.edition
        for group in model.GROUPS:
            yield ResultLine(row, 0, group, GROUP_NAMES[group], "", group=group)
            row += 1
            if group == "resources":
                for stage in self.units:
                    name = STAGE_NAMES[stage]
                    yield ResultLine(
                        row,
                        1,
                        f"{stage}.units",
                        Text(f"{name.zh}：逐校七项指标", f"{name.en}: each school's indicators"),
                        "",
                        stage=stage,
                    )
                    yield ResultLine(
                        row + 1,
                        1,
                        f"{stage}.cv",
                        Text(f"{name.zh}：七项差异系数", f"{name.en}: the seven CVs"),
                        "",
                        stage=stage,
                    )
                    row += 2
                continue
            for criterion in edition.group(group):
                yield ResultLine(row, 1, criterion.id, criterion.name, self._limit(criterion), criterion)
                row += 1
                if isinstance(criterion, model.AllOf):
                    for part in criterion.parts:
                        if isinstance(part, model.Ratio) and part.limit_from_overlay and part.limit is None:
                            continue
                        yield ResultLine(row, 2, f"{criterion.id}.{part.id}", part.name, self._limit(part), part)
                        row += 1

    def _limit(self, criterion: model.AnyCriterion) -> str:
        if isinstance(criterion, model.Ratio | model.Survey) and criterion.limit is not None:
            limit = criterion.limit * 100 if criterion.percent else criterion.limit
            return f"{SIGNS_SHOWN[criterion.operator or '>=']} {decimal(limit)}{'%' if criterion.percent else ''}"
        return ""

    @property
    def over_capacity(self) -> str:
        """The cell that says that there are more schools than result rows."""
        return "$A$5"

    def cells(self) -> Iterator[LiveCell]:
        """Every formula cell of the sheet."""
        lang, layout = self.lang, self.layout
        names = layout.span("school_name")
        used = f'SUMPRODUCT(({self.checks.column_range("name")}<>"")*1)'
        # the unit row is blank in this column, the sentinel text stands in the first column
        over = f'=IF(SUMPRODUCT(({names}<>"")*1)>{used},{text(words.OVER_CAPACITY[lang])},"")'
        yield LiveCell(self.sheet, "A5", over, ("capacity",), "warning")
        groups = [f"$E${line.row}" for line in self.lines if line.depth == 0]
        verdict = self._worst_of(groups)
        open_ = text(words.UNDETERMINED[lang])
        yield LiveCell(self.sheet, "C4", f'=IF({self.over_capacity}<>"",{open_},{verdict})', ("verdict",), "verdict")
        yield LiveCell(self.sheet, "C3", f'={layout.fact("county_name")}&""', ("county", "name"), "live_title")
        yield LiveCell(self.sheet, "E3", f'={layout.fact("year")}&""', ("county", "year"), "live_title")
        for line in self.lines:
            yield from self._line(line)

    def _worst_of(self, cells: list[str]) -> str:
        ranks = (words.FAIL, words.UNDETERMINED, words.PASS)
        formula = text(words.NOT_APPLICABLE[self.lang])
        for word in reversed(ranks):
            tests = ",".join(f"{cell}={text(word[self.lang])}" for cell in cells)
            formula = f"IF(OR({tests}),{text(word[self.lang])},{formula})"
        return formula

    def _worst_range(self, range_: str) -> str:
        lang = self.lang
        return worst(range_, (words.FAIL[lang], words.UNDETERMINED[lang], words.PASS[lang], words.NOT_APPLICABLE[lang]))

    def _cell(self, line: ResultLine, name: str, formula: str, style: str) -> LiveCell:
        return LiveCell(self.sheet, f"{self.columns[name]}{line.row}", f"={formula}", ("item", line.id, name), style)

    def _line(self, line: ResultLine) -> Iterator[LiveCell]:
        if line.depth == 0:
            members = [f"$E${other.row}" for other in self._members(line)]
            status = self._worst_of(members)
            if line.group == "resources":
                status = f'IF({self.over_capacity}<>"",{text(words.UNDETERMINED[self.lang])},{status})'
            yield self._cell(line, "status", status, "group_status")
        elif line.stage is not None:
            yield from self._stage(line, line.stage)
        elif isinstance(line.criterion, model.AllOf):
            parts = [
                f"$E${other.row}" for other in self.lines if other.depth == 2 and other.id.startswith(f"{line.id}.")
            ]
            yield self._cell(line, "status", self._worst_of(parts), "live_status")
        elif line.criterion is not None:
            yield from self._criterion(line, line.criterion)

    def _members(self, group: ResultLine) -> Iterator[ResultLine]:
        inside = False
        for line in self.lines:
            if line.depth == 0:
                inside = line is group
            elif inside and line.depth == 1:
                yield line

    def _stage(self, line: ResultLine, stage: str) -> Iterator[LiveCell]:
        of_cvs = line.id.endswith(".cv")
        statuses = self.cv.status_range(stage) if of_cvs else self.units[stage].column_range("verdict")
        yield self._cell(line, "value", f"COUNTIF({statuses},{text(words.FAIL[self.lang])})", "live_count")
        status = self._worst_range(statuses)
        if of_cvs and calls.gives_words(self.layout):
            # a stage without units has no CVs
            status = f'IF(COUNTIF({statuses},"?*")=0,{text(words.NOT_APPLICABLE[self.lang])},QBE_VERDICT({statuses}))'
        yield self._cell(line, "status", status, "live_status")

    def _criterion(self, line: ResultLine, criterion: model.AnyCriterion) -> Iterator[LiveCell]:
        lang = self.lang
        met, failed, open_, none = (
            text(w[lang]) for w in (words.PASS, words.FAIL, words.UNDETERMINED, words.NOT_APPLICABLE)
        )
        yes, no = text(words.YES[lang]), text(words.NO[lang])
        if isinstance(criterion, model.Declaration | model.Veto):
            cell = self.layout.fact(criterion.field)
            good, bad = (yes, no) if isinstance(criterion, model.Declaration) else (no, yes)
            yield self._cell(line, "value", f'{cell}&""', "live_center")
            yield self._cell(
                line, "status", f"IF({cell}={good},{met},IF({cell}={bad},{failed},{open_}))", "live_status"
            )
        elif isinstance(criterion, model.Ratio):
            yield from self._ratio(line, criterion)
        elif isinstance(criterion, model.Survey):
            yield from self._survey(line, criterion)
        else:
            statuses = self.checks.column_range(f"{line.id}.status")
            optional = isinstance(criterion, model.EachSchool) and criterion.where_reported
            status = self._worst_range(statuses)
            if optional:
                # a part that no school reports does not count
                told = f"COUNTIF({statuses},{met})+COUNTIF({statuses},{failed})"
                status = f"IF({told}=0,{none},{status})"
            yield self._cell(line, "value", f"COUNTIF({statuses},{failed})", "live_count")
            yield self._cell(line, "status", status, "live_status")

    def _fact(self, name: str) -> str:
        cell = self.layout.fact(name)
        if field_of(name).type == "level":
            levels = ",".join(text(level) for level in words.LEVELS)
            return f"MATCH({cell},{{{levels}}},0)"
        return cell

    def _ratio(self, line: ResultLine, criterion: model.Ratio) -> Iterator[LiveCell]:
        lang = self.lang
        met, failed, open_, none = (
            text(w[lang]) for w in (words.PASS, words.FAIL, words.UNDETERMINED, words.NOT_APPLICABLE)
        )
        names = criterion.formula.names
        known = f"COUNT({','.join(self._fact(name) for name in names)})={len(names)}"
        top, bottom = (side.render(self._fact) for side in criterion.formula.sides())
        style = "live_percent" if criterion.percent else "live_number"
        limit, sign = decimal(criterion.limit or 0), SIGNS[criterion.operator or ">="]
        if not criterion.formula.is_quotient:
            yield self._cell(line, "value", f'IF({known},{top},"")', style)
            test = f"ROUND({top}-{limit},6){sign}"
            yield self._cell(line, "status", f"IF({known},IF({test},{met},{failed}),{open_})", "live_status")
            return
        yield self._cell(line, "value", f'IF({known},IF({bottom}=0,"",({top})/({bottom})),"")', style)
        test = f"ROUND(({top})-{limit}*({bottom}),6){sign}"
        status = f"IF({known},IF({bottom}=0,IF({top}=0,{none},{open_}),IF({test},{met},{failed})),{open_})"
        yield self._cell(line, "status", status, "live_status")

    def _survey(self, line: ResultLine, criterion: model.Survey) -> Iterator[LiveCell]:
        lang = self.lang
        satisfied, valid = survey_range(self.layout, criterion.satisfied), survey_range(self.layout, criterion.valid)
        groups = survey_range(self.layout, "survey_group")
        known = f'AND(COUNT({satisfied})=SUMPRODUCT(({groups}<>"")*1),COUNT({valid})=COUNT({satisfied}),SUM({valid})>0)'
        rate = f"SUM({satisfied})/SUM({valid})"
        if self.layout.functions:
            rate = f"QBE_RECOGNITION({valid},{satisfied})"
        yield self._cell(line, "value", f'IF({known},{rate},"")', "live_percent")
        test = (
            f"ROUND(SUM({satisfied})-{decimal(criterion.limit or 0)}*SUM({valid}),6){SIGNS[criterion.operator or '>=']}"
        )
        met, failed, open_ = (text(w[lang]) for w in (words.PASS, words.FAIL, words.UNDETERMINED))
        yield self._cell(line, "status", f"IF({known},IF({test},{met},{failed}),{open_})", "live_status")


def survey_range(layout: Layout, field: str) -> str:
    """A column of the survey's groups, as seen from any sheet."""
    letter, rows = layout.survey_columns[field], list(layout.survey_rows.values())
    return f"{layout.quoted('recognition')}!${letter}${rows[0]}:${letter}${rows[-1]}"


def survey_cells(layout: Layout) -> Iterator[LiveCell]:
    """Totals and rates in the survey's own sheet."""
    columns, rows = layout.survey_columns, layout.survey_rows
    valid, satisfied = columns["survey_valid"], columns["survey_satisfied"]
    rate = chr(ord(satisfied) + 1)
    total_row = max(rows.values()) + 1
    for group, row in rows.items():
        formula = (
            f'=IF(COUNT(${valid}{row},${satisfied}{row})=2,IF(${valid}{row}>0,${satisfied}{row}/${valid}{row},""),"")'
        )
        yield LiveCell("recognition", f"{rate}{row}", formula, ("survey_rate", group), "live_percent")
    for field in ("survey_issued", "survey_valid", "survey_satisfied"):
        letter = columns[field]
        first, last = min(rows.values()), max(rows.values())
        formula = f'=IF(COUNT(${letter}${first}:${letter}${last})=0,"",SUM(${letter}${first}:${letter}${last}))'
        yield LiveCell("recognition", f"{letter}{total_row}", formula, ("survey_total", field), "live_int")


def survey_header_row() -> int:
    """The header row of the survey's sheet."""
    return UNIT_ROW - 1
