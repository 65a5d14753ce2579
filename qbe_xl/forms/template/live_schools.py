"""学校核查: every school row as reported, then merged with its campuses; what the unit sheets and items build on.

A row's own figures stand in one block (a figure that should be there and is not reads 缺), the figures of the school with
its campuses in the next. Each formula is short enough to be followed by hand.
"""

from __future__ import annotations

from collections.abc import Iterator

from qbe_xl.core.expressions import Expression
from qbe_xl.core.fields import field_of
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.forms.template import words
from qbe_xl.forms.template.cells import LiveCell, any_of, decimal, text
from qbe_xl.forms.template.layout import LIVE_FIRST_ROW, Layout
from qbe_xl.forms.texts import letter
from qbe_xl.standards import STAGES_OF_TYPE, Edition, model

STAGES = ("primary", "junior", "senior")
SIGNS = {">=": ">=0", "<=": "<=0", ">": ">0", "<": "<0"}
ITEM_KINDS = (model.Rooms, model.EachClass, model.EachSchool)


def school_items(edition: Edition) -> Iterator[tuple[str, model.AnyCriterion]]:
    """The criteria and parts that look at every school, with their ids."""
    for criterion in edition.file.criteria:
        if isinstance(criterion, ITEM_KINDS):
            yield criterion.id, criterion
        elif isinstance(criterion, model.AllOf):
            for part in criterion.parts:
                if isinstance(part, ITEM_KINDS):
                    yield f"{criterion.id}.{part.id}", part


def merged_fields(edition: Edition) -> list[str]:
    """The number fields that are added up over campuses, in order."""
    names = [f"pupils_{stage}" for stage in STAGES]
    for stage in edition.stages:
        for indicator in edition.resources:
            names += edition.amount_fields(indicator, stage)
    for _, criterion in school_items(edition):
        if isinstance(criterion, model.Rooms):
            names += criterion.classes.names
            names += [name for room in criterion.rooms.values() for name in room.fields_from(room.area)]
        elif isinstance(criterion, model.EachSchool) and criterion.formula is not None and criterion.level != "campus":
            names += criterion.formula.names
    return list(dict.fromkeys(names))


class SchoolChecks:
    """The columns of the sheet and their formulas. A column is named; its letter follows from its place."""

    sheet = "checks"

    def __init__(self, layout: Layout) -> None:
        self.layout, self.lang = layout, layout.lang
        self.types = {c.id: c.name[self.lang] for c in field_of("school_type").choices}
        self.items = list(school_items(layout.edition))
        self.fields = merged_fields(layout.edition)
        self.columns: dict[str, str] = {}
        self.titles: dict[str, Text] = {}
        self.styles: dict[str, str] = {}
        self.groups: list[tuple[Text, int]] = []
        self._plan()

    # ---- the plan of columns

    def _add(self, name: str, title: Text, style: str = "live") -> None:
        self.columns[name] = letter(len(self.columns))
        self.titles[name] = title
        self.styles[name] = style

    def _group(self, title: Text, start: int) -> int:
        self.groups.append((title, len(self.columns) - start))
        return len(self.columns)

    def _plan(self) -> None:
        self._add("k", Text("序号", "No."), "index")
        self._add("code", Text("学校代码", "Code"), "live_text")
        self._add("name", Text("学校名称", "School"), "live_text")
        self._add("type", Text("办学类型", "Type"), "live_text")
        self._add("role", Text("学校或校区", "School or campus"), "live_text")
        self._add("campuses", Text("校区数", "Campuses"), "live_int")
        self._add("compulsory", Text("义务教育在校生", "Pupils in compulsory education"), "live_int")
        self._add("counted", Text("是否计入", "Counted"), "live_text")
        start = self._group(Text("学校", "School"), 0)
        for item_id, criterion in self.items:
            self._plan_item(item_id, criterion)
        start = self._group(Text("逐校核查", "Checks of each school"), start)
        self.printed = start
        self._add("into", Text("并入学校代码", "Merged into"), "live_text")
        for stage in self.layout.edition.stages:
            name = STAGE_NAMES[stage]
            self._add(f"has.{stage}", Text(f"有{name.zh}段", f"Has {name.en.lower()}"), "live_int")
        for field in self.fields:
            self._add(f"own.{field}", field_of(field).name, "live_number")
        start = self._group(Text("计算过程：本行填报数", "Working: figures of this row"), start)
        for field in self.fields:
            self._add(f"sum.{field}", field_of(field).name, "live_number")
        self._add("weighted", Text("加权学生数", "Weighted pupils"), "live_number")
        self._group(Text("计算过程：与校区合并后", "Working: merged with campuses"), start)

    def _plan_item(self, item_id: str, criterion: model.AnyCriterion) -> None:
        short = item_id.split(".")[0]
        if isinstance(criterion, model.Rooms):
            self._add(f"{item_id}.classes", Text("班级数", "Classes"), "live_int")
            self._add(f"{item_id}.needed", Text("应配间数", "Rooms needed"), "live_int")
        name = Text(f"{short} {criterion.name.zh}", f"{short} {criterion.name.en}")
        self._add(f"{item_id}.status", name, "live_status")

    def ref(self, name: str, row: int) -> str:
        """A cell of this sheet as seen from this sheet."""
        return f"${self.columns[name]}{row}"

    def outer(self, name: str, row: int) -> str:
        """A cell of this sheet as seen from another sheet."""
        return f"{self.layout.quoted(self.sheet)}!${self.columns[name]}{row}"

    def column_range(self, name: str) -> str:
        """A whole column of the table, as seen from any sheet."""
        return f"{self.layout.quoted(self.sheet)}!{self._own_range(name)}"

    def _own_range(self, name: str) -> str:
        letter = self.columns[name]
        return f"${letter}${LIVE_FIRST_ROW}:${letter}${self.layout.live_last_row}"

    # ---- pieces of formulas

    def _reported(self, field: str, row: int) -> str:
        """The cell of the table of schools."""
        return f"INDEX({self.layout.span(field)},$A{row}+1)"

    def _types_with(self, stage: str) -> list[str]:
        return [name for type_id, name in self.types.items() if stage in STAGES_OF_TYPE[type_id]]

    def _names_of(self, types: tuple[str, ...]) -> list[str]:
        return [self.types[type_id] for type_id in types]

    def _word(self, word: Text) -> str:
        return text(word[self.lang])

    def _lost(self, name: str, row: int) -> str:
        return f"{self.ref(name, row)}={self._word(words.MISSING)}"

    def _value(self, formula: Expression, row: int) -> str:
        """A formula over merged figures, or the word for missing."""
        lost = [self._lost(f"sum.{name}", row) for name in formula.names]
        value = formula.render(lambda name: self.ref(f"sum.{name}", row))
        return f"IF({_any(lost)},{self._word(words.MISSING)},{value})"

    # ---- the cells

    def cells(self) -> Iterator[LiveCell]:
        """Every formula cell of the sheet."""
        for k, row in enumerate(self.layout.live_rows, start=1):
            for name, formula in self._row(row):
                yield LiveCell(
                    self.sheet, f"{self.columns[name]}{row}", f"={formula}", ("check", k, name), self.styles[name]
                )

    def _row(self, row: int) -> Iterator[tuple[str, str]]:
        inside = f"$A{row}+1<ROWS({self.layout.span('school_code')})"
        for name, field in (("code", "school_code"), ("name", "school_name"), ("type", "school_type")):
            yield name, f'IF({inside},{self._reported(field, row)}&"","")'
        role, code = self.ref("role", row), self.ref("code", row)
        is_campus = f"{self._reported('counted', row)}={self._word(words.NO)}"
        yield (
            "role",
            f'IF({code}&{self.ref("name", row)}="","",'
            f"IF({is_campus},{self._word(words.CAMPUS)},{self._word(words.SCHOOL)}))",
        )
        campus = f"{role}={self._word(words.CAMPUS)}"
        yield "into", f'IF({campus},{self._reported("main_school", row)}&"",{code})'
        yield "campuses", self._campuses(row)
        yield from self._own(row)
        for field in self.fields:
            yield f"sum.{field}", self._merged(field, row)
        yield from self._pupils(row)
        yield "counted", self._counted(row)
        for item_id, criterion in self.items:
            yield from self._item(item_id, criterion, row)

    def _is_school(self, row: int) -> str:
        return f"{self.ref('role', row)}={self._word(words.SCHOOL)}"

    def _campuses(self, row: int) -> str:
        into, roles = self._own_range("into"), self._own_range("role")
        count = f"SUMPRODUCT(({into}={self.ref('code', row)})*({roles}={self._word(words.CAMPUS)}))"
        return f'IF({self._is_school(row)},{count},"")'

    def _own(self, row: int) -> Iterator[tuple[str, str]]:
        role, lost = self.ref("role", row), self._word(words.MISSING)
        for stage in self.layout.edition.stages:
            own = self.ref(f"own.pupils_{stage}", row)
            # a missing number of pupils is a text, and a text is above every number
            yield f"has.{stage}", f'IF({role}="","",IF({own}>0,1,0))'
        for field in self.fields:
            cell = self._reported(field, row)
            own_stage = field_of(field).stage
            if own_stage is None:
                blank = lost
            elif field == f"pupils_{own_stage}":
                blank = f"IF({any_of(self.ref('type', row), self._types_with(own_stage))},{lost},0)"
            else:
                blank = f"IF({self.ref(f'has.{own_stage}', row)}=1,{lost},0)"
            yield f"own.{field}", f'IF({role}="","",IF(ISNUMBER({cell}),{cell},{blank}))'

    def _merged(self, field: str, row: int) -> str:
        own, into = self._own_range(f"own.{field}"), f"{self._own_range('into')}={self.ref('code', row)}"
        lost = self._word(words.MISSING)
        added = f"IF(SUMPRODUCT(({into})*({own}={lost}))>0,{lost},SUMPRODUCT(({into})*1,{own}))"
        return (
            f'IF({self._is_school(row)},IF({self.ref("campuses", row)}=0,{self.ref(f"own.{field}", row)},{added}),"")'
        )

    def _pupils(self, row: int) -> Iterator[tuple[str, str]]:
        pupils = {stage: self.ref(f"sum.pupils_{stage}", row) for stage in STAGES}
        lost, both = self._word(words.MISSING), f"{pupils['primary']},{pupils['junior']}"
        total = f"{pupils['primary']}+{pupils['junior']}"
        yield "compulsory", f'IF({self._is_school(row)},IF(COUNT({both})=2,{total},{lost}),"")'
        weights = self.layout.edition.file.units.split_weights.value
        weighted = "+".join(f"{pupils[stage]}*{decimal(weight)}" for stage, weight in weights.items())
        yield "weighted", f'IF({self._is_school(row)},IF(COUNT({both},{pupils["senior"]})=3,{weighted},{lost}),"")'

    def _counted(self, row: int) -> str:
        rules = self.layout.edition.file.units
        kind, pupils, role = self.ref("type", row), self.ref("compulsory", row), self.ref("role", row)
        excluded = any_of(kind, self._names_of(rules.excluded_types.value))
        point = f"{kind}={text(self.types['teaching_point'])}"
        small = f"AND({point},ISNUMBER({pupils}),{pupils}<{rules.teaching_point_min_pupils.value})"
        return (
            f'IF({role}="","",IF({role}={self._word(words.CAMPUS)},{self._word(words.MERGED)},'
            f"IF({excluded},{self._word(words.EXCLUDED_TYPE)},"
            f"IF({small},{self._word(words.EXCLUDED_SMALL)},{self._word(words.COUNTED)}))))"
        )

    # ---- items that look at every school

    def _item(self, item_id: str, criterion: model.AnyCriterion, row: int) -> Iterator[tuple[str, str]]:
        if isinstance(criterion, model.Rooms):
            yield from self._rooms(item_id, criterion, row)
        elif isinstance(criterion, model.EachClass):
            yield f"{item_id}.status", self._classes(criterion, row)
        elif isinstance(criterion, model.EachSchool):
            scope = self._in_scope(criterion.scope, row, criterion.level == "campus")
            yield f"{item_id}.status", f'IF({scope},{self._each_school(criterion, row)},"")'

    def _in_scope(self, scope: model.Scope, row: int, campus: bool = False) -> str:
        kind = self.ref("type", row)
        tests = [f'{self.ref("role", row)}<>""' if campus else self._is_school(row)]
        if scope.without:
            tests.append(f"NOT({any_of(kind, self._names_of(scope.without))})")
        if scope.stage is not None:
            has = f"{self.ref(f'has.{scope.stage}', row)}=1"
            tests.append(has if campus else f"{self.ref(f'sum.pupils_{scope.stage}', row)}<>0")
        return f"AND({','.join(tests)})"

    def _rooms(self, item_id: str, criterion: model.Rooms, row: int) -> Iterator[tuple[str, str]]:
        scope, lost = self._in_scope(criterion.scope, row), self._word(words.MISSING)
        classes, needed = self.ref(f"{item_id}.classes", row), self.ref(f"{item_id}.needed", row)
        yield f"{item_id}.classes", f'IF({scope},{self._value(criterion.classes, row)},"")'
        yield f"{item_id}.needed", f"IF(ISNUMBER({classes}),ROUNDUP({classes}/{criterion.per_classes},0),{classes})"
        fails, opens = [], []
        for room in criterion.rooms.values():
            counts = [self.ref(f"sum.{name}", row) for name in room.fields_from(room.area)]
            known = f"COUNT({','.join(counts)})={len(counts)}"
            fails.append(f"IF({known},{'+'.join(counts)}<{needed},FALSE)")
            opens.append(f"AND(NOT({known}),{needed}>0)")
        open_, failed, met = (self._word(w) for w in (words.UNDETERMINED, words.FAIL, words.PASS))
        status = f"IF({classes}={lost},{open_},IF({_any(fails)},{failed},IF({_any(opens)},{open_},{met})))"
        yield f"{item_id}.status", f'IF({scope},{status},"")'

    def _classes(self, criterion: model.EachClass, row: int) -> str:
        fails, opens, has = [], [], []
        for stage, limit in criterion.at_most.items():
            largest = self._reported(f"{criterion.largest}_{stage}", row)
            over = self._reported(f"{criterion.over}_{stage}", row)
            here = f"{self.ref(f'has.{stage}', row)}=1"
            has.append(here)
            fails.append(f"AND({here},ISNUMBER({largest}),{largest}>{decimal(limit)})")
            fails.append(f"AND({here},ISNUMBER({over}),{over}>0)")
            opens.append(f"AND({here},COUNT({largest},{over})=0)")
        open_, failed, met = (self._word(w) for w in (words.UNDETERMINED, words.FAIL, words.PASS))
        scope = self._in_scope(criterion.scope, row, campus=True)
        return f'IF({scope},IF({_any(fails)},{failed},IF({_any(opens)},{open_},IF({_any(has)},{met},""))),"")'

    def _each_school(self, criterion: model.EachSchool, row: int) -> str:
        met, failed, open_ = (self._word(w) for w in (words.PASS, words.FAIL, words.UNDETERMINED))
        if criterion.formula is None:
            field = field_of(criterion.field or "")
            cell = self._reported(field.id, row)
            good = [field.choice_name(value, self.lang) for value in criterion.allowed]
            return f'IF({cell}&""="",{open_},IF({any_of(cell, good)},{met},{failed}))'
        sign = SIGNS[criterion.operator or "<="]
        if criterion.formula.is_quotient:
            lost = [self._lost(f"sum.{name}", row) for name in criterion.formula.names]
            top, bottom = (side.render(lambda name: self.ref(f"sum.{name}", row)) for side in criterion.formula.sides())
            test = f"ROUND({top}-{decimal(criterion.limit or 0)}*{bottom},6){sign}"
            none = self._word(words.NOT_APPLICABLE)
            return f"IF({_any(lost)},{open_},IF({bottom}=0,IF({top}=0,{none},{open_}),IF({test},{met},{failed})))"
        if criterion.level == "campus":
            cells = [self._reported(name, row) for name in criterion.formula.names]
            value = criterion.formula.render(lambda name: self._reported(name, row))
        else:
            cells = [self.ref(f"sum.{name}", row) for name in criterion.formula.names]
            value = criterion.formula.render(lambda name: self.ref(f"sum.{name}", row))
        known = f"COUNT({','.join(cells)})={len(cells)}"
        return f"IF({known},IF(ROUND({value}-{self._limit(criterion, row)},6){sign},{met},{failed}),{open_})"

    def _limit(self, criterion: model.EachSchool, row: int) -> str:
        if not criterion.at_most_by_type:
            return decimal(criterion.limit or 0)
        by_limit: dict[str, list[str]] = {}
        for type_id, limit in criterion.at_most_by_type.items():
            by_limit.setdefault(decimal(limit), []).append(self.types[type_id])
        ranked = sorted(by_limit.items(), key=lambda item: len(item[1]))
        formula = ranked[-1][0]
        for limit_text, types in ranked[:-1]:
            formula = f"IF({any_of(self.ref('type', row), types)},{limit_text},{formula})"
        return formula


def _any(tests: list[str]) -> str:
    return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"
