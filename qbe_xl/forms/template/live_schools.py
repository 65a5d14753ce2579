"""学校核查: every school row merged with its campuses, with native formulas; what the unit sheets and items build on."""

from __future__ import annotations

from collections.abc import Iterator

from xlsxwriter.utility import xl_col_to_name

from qbe_xl.core.expressions import Expression
from qbe_xl.core.fields import field_of
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.forms.template import words
from qbe_xl.forms.template.cells import LiveCell, any_of, decimal, text
from qbe_xl.forms.template.layout import LIVE_FIRST_ROW, Layout
from qbe_xl.forms.template.merged import MergedFields
from qbe_xl.standards import model

STAGES = ("primary", "junior", "senior")
SIGNS = {">=": ">=0", "<=": "<=0", ">": ">0", "<": "<0"}


class SchoolChecks:
    """The columns of the sheet and their formulas. A column is named; its letter follows from its place."""

    sheet = "checks"

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.lang = layout.lang
        self.fields = MergedFields(layout, self.ref)
        self.items = list(self._school_items())
        self.columns: dict[str, str] = {}
        self.titles: dict[str, Text] = {}
        self.styles: dict[str, str] = {}
        self.groups: list[tuple[Text, int]] = []
        self._plan()

    # ---- the plan of columns

    def _school_items(self) -> Iterator[tuple[str, model.AnyCriterion]]:
        kinds = (model.Rooms, model.EachClass, model.EachSchool)
        for criterion in self.layout.edition.file.criteria:
            if isinstance(criterion, kinds):
                yield criterion.id, criterion
            elif isinstance(criterion, model.AllOf):
                for part in criterion.parts:
                    if isinstance(part, kinds):
                        yield f"{criterion.id}.{part.id}", part

    def _add(self, name: str, title: Text, style: str = "live") -> None:
        self.columns[name] = xl_col_to_name(len(self.columns))
        self.titles[name] = title
        self.styles[name] = style

    def _plan(self) -> None:
        self._add("k", Text("序号", "No."), "index")
        self._add("code", Text("学校代码", "Code"), "live_text")
        self._add("name", Text("学校名称", "School"), "live_text")
        self._add("type", Text("办学类型", "Type"), "live_text")
        self._add("role", Text("学校或校区", "School or campus"), "live_text")
        self._add("campuses", Text("校区数", "Campuses"), "live_int")
        self.groups.append((Text("学校", "School"), len(self.columns)))
        for stage in STAGES:
            name = STAGE_NAMES[stage]
            self._add(f"pupils_{stage}", Text(f"{name.zh}在校生", f"{name.en} pupils"), "live_int")
        self._add("compulsory", Text("义务教育合计", "Compulsory stages"), "live_int")
        self._add("weighted", Text("加权学生数", "Weighted pupils"), "live_number")
        self._add("counted", Text("是否计入", "Counted"), "live_text")
        self.groups.append((Text("合并校区后的在校生", "Pupils after merging campuses"), 6))
        start = len(self.columns)
        for item_id, criterion in self.items:
            self._plan_item(item_id, criterion)
        self.groups.append((Text("逐校核查", "Checks of each school"), len(self.columns) - start))

    def _plan_item(self, item_id: str, criterion: model.AnyCriterion) -> None:
        short = {"zh": item_id.split(".")[0], "en": item_id.split(".")[0]}
        if isinstance(criterion, model.Rooms):
            self._add(f"{item_id}.classes", Text("班级数", "Classes"), "live_int")
            self._add(f"{item_id}.needed", Text("应配间数", "Rooms needed"), "live_int")
            for kind, room in criterion.rooms.items():
                title = Text(f"{room.name.zh}教室≥{room.area}㎡", f"{room.name.en.capitalize()} rooms ≥{room.area} ㎡")
                self._add(f"{item_id}.{kind}", title, "live_int")
        elif (
            isinstance(criterion, model.EachSchool) and criterion.formula is not None and criterion.formula.is_quotient
        ):
            for index, side in enumerate(criterion.formula.sides()):
                name = field_of(side.names[0]).name
                self._add(f"{item_id}.side{index}", name, "live_number")
        self._add(
            f"{item_id}.status",
            Text(f"{short['zh']} {criterion.name.zh}", f"{short['en']} {criterion.name.en}"),
            "live_status",
        )

    def ref(self, name: str, row: int) -> str:
        """A cell of this sheet as seen from this sheet."""
        return f"${self.columns[name]}{row}"

    def outer(self, name: str, row: int) -> str:
        """A cell of this sheet as seen from another sheet."""
        return f"{self.layout.quoted(self.sheet)}!${self.columns[name]}{row}"

    def column_range(self, name: str) -> str:
        """A whole column of the table, as seen from any sheet."""
        letter = self.columns[name]
        return f"{self.layout.quoted(self.sheet)}!${letter}${LIVE_FIRST_ROW}:${letter}${self.layout.live_last_row}"

    # ---- the cells

    def cells(self) -> Iterator[LiveCell]:
        """Every formula cell of the sheet."""
        for k, row in enumerate(self.layout.live_rows, start=1):
            for name, formula in self._row(row):
                yield LiveCell(
                    self.sheet, f"{self.columns[name]}{row}", f"={formula}", ("check", k, name), self.styles[name]
                )

    def _row(self, row: int) -> Iterator[tuple[str, str]]:
        lang = self.lang
        codes = self.layout.span("school_code")
        inside = f"$A{row}+1<ROWS({codes})"
        for name, field in (("code", "school_code"), ("name", "school_name"), ("type", "school_type")):
            yield name, f'IF({inside},{self.fields.own(field, row)}&"","")'
        role, code, name = self.ref("role", row), self.ref("code", row), self.ref("name", row)
        is_school = f"{role}={text(words.SCHOOL[lang])}"
        counted = self.fields.own("counted", row)
        yield (
            "role",
            f'IF({code}&{name}="","",IF({counted}={text(words.NO[lang])},{text(words.CAMPUS[lang])},{text(words.SCHOOL[lang])}))',
        )
        yield "campuses", f'IF({is_school},SUMPRODUCT({self.fields.campus_rows(row)}),"")'
        for stage in STAGES:
            value = self.fields.merged_value(Expression(f"pupils_{stage}"), row)
            yield f"pupils_{stage}", f'IF({is_school},{value},"")'
        pupils = {stage: self.ref(f"pupils_{stage}", row) for stage in STAGES}
        both = f"{pupils['primary']},{pupils['junior']}"
        lost = text(words.MISSING[lang])
        yield "compulsory", f'IF({is_school},IF(COUNT({both})=2,{pupils["primary"]}+{pupils["junior"]},{lost}),"")'
        weights = self.layout.edition.file.units.split_weights.value
        total = "+".join(f"{pupils[stage]}*{decimal(weight)}" for stage, weight in weights.items())
        yield "weighted", f'IF({is_school},IF(COUNT({both},{pupils["senior"]})=3,{total},{lost}),"")'
        yield "counted", self._counted(row)
        for item_id, criterion in self.items:
            yield from self._item(item_id, criterion, row)

    def _counted(self, row: int) -> str:
        lang, rules = self.lang, self.layout.edition.file.units
        kind, pupils = self.ref("type", row), self.ref("compulsory", row)
        excluded = any_of(kind, self.fields.names_of(rules.excluded_types.value))
        point = f"{kind}={text(self.fields.types['teaching_point'])}"
        small = f"AND({point},ISNUMBER({pupils}),{pupils}<{rules.teaching_point_min_pupils.value})"
        return (
            f'IF({self.ref("role", row)}="","",IF({self.ref("role", row)}={text(words.CAMPUS[lang])},{text(words.MERGED[lang])},'
            f"IF({excluded},{text(words.EXCLUDED_TYPE[lang])},IF({small},{text(words.EXCLUDED_SMALL[lang])},{text(words.COUNTED[lang])}))))"
        )

    def _item(self, item_id: str, criterion: model.AnyCriterion, row: int) -> Iterator[tuple[str, str]]:
        if isinstance(criterion, model.Rooms):
            yield from self._rooms(item_id, criterion, row)
        elif isinstance(criterion, model.EachClass):
            yield f"{item_id}.status", self._classes(criterion, row)
        elif isinstance(criterion, model.EachSchool):
            yield from self._each_school(item_id, criterion, row)

    def _in_scope(self, scope: model.Scope, row: int, campus: bool = False) -> str:
        kind, role = self.ref("type", row), self.ref("role", row)
        tests = [f'{role}<>""' if campus else f"{role}={text(words.SCHOOL[self.lang])}"]
        if scope.without:
            tests.append(f"NOT({any_of(kind, self.fields.names_of(scope.without))})")
        if scope.stage is not None:
            tests.append(
                self.fields.has_stage(scope.stage, row) if campus else f"{self.ref(f'pupils_{scope.stage}', row)}<>0"
            )
        return f"AND({','.join(tests)})"

    def _rooms(self, item_id: str, criterion: model.Rooms, row: int) -> Iterator[tuple[str, str]]:
        lang = self.lang
        scope, lost = self._in_scope(criterion.scope, row), text(words.MISSING[lang])
        classes, needed = self.ref(f"{item_id}.classes", row), self.ref(f"{item_id}.needed", row)
        yield f"{item_id}.classes", f'IF({scope},{self.fields.merged_value(criterion.classes, row)},"")'
        yield f"{item_id}.needed", f"IF(ISNUMBER({classes}),ROUNDUP({classes}/{criterion.per_classes},0),{classes})"
        fails, opens = [], []
        for kind, room in criterion.rooms.items():
            field = Expression(" + ".join(room.fields_from(room.area)))
            yield f"{item_id}.{kind}", f'IF({scope},{self.fields.merged_value(field, row)},"")'
            have = self.ref(f"{item_id}.{kind}", row)
            fails.append(f"AND(ISNUMBER({have}),{have}<{needed})")
            opens.append(f"AND({have}={lost},{needed}>0)")
        status = (
            f"IF({classes}={lost},{text(words.UNDETERMINED[lang])},IF(OR({','.join(fails)}),{text(words.FAIL[lang])},"
            f"IF(OR({','.join(opens)}),{text(words.UNDETERMINED[lang])},{text(words.PASS[lang])})))"
        )
        yield f"{item_id}.status", f'IF({scope},{status},"")'

    def _classes(self, criterion: model.EachClass, row: int) -> str:
        lang = self.lang
        fails, opens, has = [], [], []
        for stage, limit in criterion.at_most.items():
            largest, over = (
                self.fields.own(f"{criterion.largest}_{stage}", row),
                self.fields.own(f"{criterion.over}_{stage}", row),
            )
            here = self.fields.has_stage(stage, row)
            has.append(here)
            fails.append(
                f"AND({here},OR(AND(ISNUMBER({largest}),{largest}>{decimal(limit)}),AND(ISNUMBER({over}),{over}>0)))"
            )
            opens.append(f"AND({here},NOT(ISNUMBER({largest})),NOT(ISNUMBER({over})))")
        scope = self._in_scope(criterion.scope, row, campus=True)
        return (
            f"IF({scope},IF(OR({','.join(fails)}),{text(words.FAIL[lang])},IF(OR({','.join(opens)}),{text(words.UNDETERMINED[lang])},"
            f'IF(OR({",".join(has)}),{text(words.PASS[lang])},""))),"")'
        )

    def _each_school(self, item_id: str, criterion: model.EachSchool, row: int) -> Iterator[tuple[str, str]]:
        lang = self.lang
        campus = criterion.level == "campus"
        scope = self._in_scope(criterion.scope, row, campus)
        met, failed, open_ = (text(w[lang]) for w in (words.PASS, words.FAIL, words.UNDETERMINED))
        if criterion.formula is None:
            field = field_of(criterion.field or "")
            own = self.fields.own(field.id, row)
            good = [field.choice_name(value, lang) for value in criterion.allowed]
            status = f'IF({own}&""="",{open_},IF({any_of(own, good)},{met},{failed}))'
            yield f"{item_id}.status", f'IF({scope},{status},"")'
            return
        lost = text(words.MISSING[lang])
        if criterion.formula.is_quotient:
            for index, side in enumerate(criterion.formula.sides()):
                yield f"{item_id}.side{index}", f'IF({scope},{self.fields.merged_value(side, row)},"")'
            top, bottom = self.ref(f"{item_id}.side0", row), self.ref(f"{item_id}.side1", row)
            test = f"ROUND({top}-{decimal(criterion.limit or 0)}*{bottom},6){SIGNS[criterion.operator or '<=']}"
            none = text(words.NOT_APPLICABLE[lang])
            status = (
                f"IF(OR({top}={lost},{bottom}={lost}),{open_},"
                f"IF({bottom}=0,IF({top}=0,{none},{open_}),IF({test},{met},{failed})))"
            )
            yield f"{item_id}.status", f'IF({scope},{status},"")'
            return
        value = self._own_value(criterion.formula, row) if campus else self._known_value(criterion.formula, row)
        known = self._own_known(criterion.formula, row) if campus else self._merged_known(criterion.formula, row)
        limit = self._limit(criterion, row)
        test = f"ROUND({value}-{limit},6){SIGNS[criterion.operator or '<=']}"
        yield f"{item_id}.status", f'IF({scope},IF({known},IF({test},{met},{failed}),{open_}),"")'

    def _own_value(self, formula: Expression, row: int) -> str:
        return formula.render(lambda name: self.fields.own(name, row))

    def _own_known(self, formula: Expression, row: int) -> str:
        return "AND(" + ",".join(f"ISNUMBER({self.fields.own(name, row)})" for name in formula.names) + ")"

    def _known_value(self, formula: Expression, row: int) -> str:
        return formula.render(
            lambda name: self.ref(name, row) if name in self.columns else self.fields.merged(name, row)
        )

    def _merged_known(self, formula: Expression, row: int) -> str:
        tests = [
            f"ISNUMBER({self.ref(n, row)})" if n in self.columns else f"NOT({self.fields.missing(n, row)})"
            for n in formula.names
        ]
        return f"AND({','.join(tests)})"

    def _limit(self, criterion: model.EachSchool, row: int) -> str:
        if not criterion.at_most_by_type:
            return decimal(criterion.limit or 0)
        by_limit: dict[str, list[str]] = {}
        for type_id, limit in criterion.at_most_by_type.items():
            by_limit.setdefault(decimal(limit), []).append(self.fields.types[type_id])
        ranked = sorted(by_limit.items(), key=lambda item: len(item[1]))
        formula = ranked[-1][0]
        for limit_text, types in ranked[:-1]:
            formula = f"IF({any_of(self.ref('type', row), types)},{limit_text},{formula})"
        return formula
