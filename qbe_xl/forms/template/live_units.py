"""小学指标, 初中指标: the seven indicators of every unit, with native formulas."""

from __future__ import annotations

from collections.abc import Iterator

from qbe_xl.core.languages import Text
from qbe_xl.forms.template import calls, words
from qbe_xl.forms.template.cells import LiveCell, decimal, text
from qbe_xl.forms.template.layout import LIVE_FIRST_ROW, Layout
from qbe_xl.forms.template.live_schools import SchoolChecks
from qbe_xl.forms.texts import letter
from qbe_xl.standards import stage_field
from qbe_xl.standards.model import Resource

LIMIT_ROW, MEAN_ROW = LIVE_FIRST_ROW - 2, LIVE_FIRST_ROW - 1


class UnitSheet:
    """One stage's sheet. The first columns are printed; the amounts and squares that lead to them follow."""

    def __init__(self, layout: Layout, stage: str, checks: SchoolChecks) -> None:
        self.layout, self.stage, self.checks, self.lang = layout, stage, checks, layout.lang
        self.sheet = stage
        self.indicators = layout.edition.resources
        self.columns: dict[str, str] = {}
        self.titles: dict[str, Text] = {}
        self.styles: dict[str, str] = {}
        self.groups: list[tuple[Text, int]] = []
        self._plan()

    def _add(self, name: str, title: Text, style: str) -> None:
        self.columns[name] = letter(len(self.columns))
        self.titles[name] = title
        self.styles[name] = style

    def _plan(self) -> None:
        self._add("k", Text("序号", "No."), "index")
        self._add("code", Text("学校代码", "Code"), "live_text")
        self._add("name", Text("学校名称", "School"), "live_text")
        self._add("counted", Text("计入情况", "Counted"), "live_text")
        self._add("pupils", Text("在校生数", "Pupils"), "live_int")
        self.groups.append((Text("学校", "School"), 5))
        for i in self.indicators:
            self._add(
                f"{i.id}.value", Text(f"{i.id} {self._short(i).zh}", f"{i.id} {self._short(i).en}"), "live_number"
            )
        self.groups.append((Text("指标值", "Indicators"), len(self.indicators)))
        for i in self.indicators:
            self._add(f"{i.id}.status", Text(i.id, i.id), "live_status")
        self.groups.append((Text("达标情况", "Met or not"), len(self.indicators)))
        self._add("met", Text("达标项数", "Met"), "live_int")
        self._add("verdict", Text("结论", "Verdict"), "live_status")
        self.groups.append((Text("结论", "Verdict"), 2))
        self.printed = len(self.columns)
        self._add("share", Text("本学段折算比例", "Share of stage"), "live_share")
        for i in self.indicators:
            self._add(f"{i.id}.amount", Text(f"{i.id} 资源量", f"{i.id} amount"), "live_number")
        self.groups.append(
            (Text("计算过程：折算后的资源量", "Working: amounts after division"), 1 + len(self.indicators))
        )
        for i in self.indicators:
            self._add(f"{i.id}.square", Text(f"{i.id} p(x−X̄)²", f"{i.id} p(x−X̄)²"), "live_number")
        self.groups.append((Text("计算过程：加权离差平方", "Working: weighted squares"), len(self.indicators)))

    def _short(self, indicator: Resource) -> Text:
        short: Text = indicator.short or indicator.name
        return short

    def ref(self, name: str, row: int) -> str:
        """A cell of this sheet."""
        return f"${self.columns[name]}{row}"

    def column_range(self, name: str) -> str:
        """A column of the table as seen from any sheet."""
        letter = self.columns[name]
        return f"{self.layout.quoted(self.sheet)}!${letter}${LIVE_FIRST_ROW}:${letter}${self.layout.live_last_row}"

    def counted(self) -> str:
        """How many units there are, as seen from any sheet."""
        return f"COUNTIF({self.column_range('counted')},{text(words.COUNTED[self.lang])})"

    def mean(self, indicator: Resource) -> str:
        """The cell of an indicator's county mean, as seen from any sheet."""
        return f"{self.layout.quoted(self.sheet)}!${self.columns[f'{indicator.id}.value']}${MEAN_ROW}"

    def cells(self) -> Iterator[LiveCell]:
        """Every formula cell of the sheet."""
        for indicator in self.indicators:
            yield self._mean_cell(indicator)
        for k, row in enumerate(self.layout.live_rows, start=1):
            for name, formula in self._row(row):
                key = ("unit", self.stage, k, name)
                yield LiveCell(self.sheet, f"{self.columns[name]}{row}", f"={formula}", key, self.styles[name])

    def _mean_cell(self, indicator: Resource) -> LiveCell:
        values, amounts = self.column_range(f"{indicator.id}.value"), self.column_range(f"{indicator.id}.amount")
        pupils = self.column_range("pupils")
        times = decimal(indicator.per_pupils)
        known = f"ISNUMBER({values})*1"
        mean = f"{times}*SUMPRODUCT({known},{amounts})/SUMPRODUCT({known},{pupils})"
        if self.layout.functions:
            call = f"{times}*QBE_MEAN({amounts},{pupils})"
            mean = calls.where_known(self.counted(), f"COUNT({values})", mean, call)
        formula = f'=IF(COUNT({values})=0,"",{mean})'
        ref = f"{self.columns[f'{indicator.id}.value']}{MEAN_ROW}"
        return LiveCell(self.sheet, ref, formula, ("mean", self.stage, indicator.id), "live_mean")

    def _row(self, row: int) -> Iterator[tuple[str, str]]:
        lang, checks = self.lang, self.checks
        yield "code", checks.outer("code", row)
        yield "name", checks.outer("name", row)
        pupils = checks.outer(f"sum.pupils_{self.stage}", row)
        kept, counted = checks.outer("counted", row), text(words.COUNTED[lang])
        yield "counted", f"IF({kept}<>{counted},{kept},IF({pupils}=0,{text(words.NO_STAGE[lang])},{counted}))"
        unit = f"{self.ref('counted', row)}={counted}"
        lost, p = text(words.MISSING[lang]), self.ref("pupils", row)
        yield "pupils", f'IF({unit},{pupils},"")'
        weight = decimal(self.layout.edition.file.units.split_weights.value[self.stage])  # type: ignore[index]
        weighted = checks.outer("weighted", row)
        yield (
            "share",
            f'IF({unit},IF(AND(ISNUMBER({weighted}),ISNUMBER({pupils})),{pupils}*{weight}/{weighted},{lost}),"")',
        )
        for indicator in self.indicators:
            yield from self._indicator(indicator, row, unit, p)
        statuses = (
            f"{self.ref(f'{self.indicators[0].id}.status', row)}:{self.ref(f'{self.indicators[-1].id}.status', row)}"
        )
        met, failed, allowed = (text(w[lang]) for w in (words.PASS, words.FAIL, words.ALLOWED))
        no_data, open_ = text(words.NO_DATA[lang]), text(words.UNDETERMINED[lang])
        yield "met", f'IF({unit},COUNTIF({statuses},{met}),"")'
        may_miss = len(self.indicators) - self.layout.edition.file.resource_rule.met_at_least
        below = f"COUNTIF({statuses},{failed})+COUNTIF({statuses},{allowed})>{may_miss}"
        verdict = (
            f"IF(OR(COUNTIF({statuses},{failed})>0,{below}),{failed},IF(COUNTIF({statuses},{no_data})>0,{open_},{met}))"
        )
        if calls.gives_words(self.layout):
            verdict = f"QBE_VERDICT({statuses})"
        yield "verdict", f'IF({unit},{verdict},"")'

    def _indicator(self, indicator: Resource, row: int, unit: str, p: str) -> Iterator[tuple[str, str]]:
        lang, stage, i = self.lang, self.stage, indicator.id
        lost = text(words.MISSING[lang])
        r, share = self.ref(f"{i}.amount", row), self.ref("share", row)
        fields = [stage_field(name, stage) for name in indicator.amount.names]
        gone = [f"{self.checks.outer(f'sum.{field}', row)}={lost}" for field in fields]
        value = indicator.amount.render(lambda name: self.checks.outer(f"sum.{stage_field(name, stage)}", row))
        if indicator.split:
            gone.append(f"{share}={lost}")
            value = f"({value})*{share}"
        yield f"{i}.amount", f'IF({unit},IF(OR({",".join(gone)}),{lost},{value}),"")'
        times, known = decimal(indicator.per_pupils), f"AND(ISNUMBER({p}),ISNUMBER({r}))"
        x = self.ref(f"{i}.value", row)
        yield f"{i}.value", f'IF({unit},IF({known},{times}*{r}/{p},{lost}),"")'
        limit = decimal(indicator.at_least[stage])  # type: ignore[index]
        floor = decimal(self.layout.edition.floor(indicator, stage))
        met, failed, allowed, no_data = (text(w[lang]) for w in (words.PASS, words.FAIL, words.ALLOWED, words.NO_DATA))
        status = (
            f"IF(ROUND({times}*{r}-{limit}*{p},6)>=0,{met},IF(ROUND({times}*{r}-{floor}*{p},6)>=0,{allowed},{failed}))"
        )
        if calls.gives_words(self.layout):
            status = calls.status(self.layout, i, stage, r, p)
        yield f"{i}.status", f'IF({unit},IF({known},{status},{no_data}),"")'
        mean = f"${self.columns[f'{i}.value']}${MEAN_ROW}"
        yield f"{i}.square", f'IF(ISNUMBER({x}),{p}*({x}-{mean})^2,"")'
