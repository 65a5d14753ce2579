"""A criterion, an option or a convention in readable words."""

from __future__ import annotations

from collections.abc import Mapping

from qbe_xl.core.expressions import Expression
from qbe_xl.core.fields import all_fields, field_of, stages_of
from qbe_xl.core.languages import STAGE_NAMES, Lang, Text
from qbe_xl.core.numbers import Exact
from qbe_xl.standards import model
from qbe_xl.standards.edition import Edition, stage_field
from qbe_xl.standards.wording import GROUP_NAMES, SIGNS, plain, with_unit

LEVEL_NAMES: dict[str, Text] = {
    "unit": Text(
        "每校每学段（校区并入主校、共用资源折算之后）",
        "each school at each stage (campuses merged, shared facilities divided)",
    ),
    "school": Text("每所学校（校区并入主校之后）", "each school (campuses merged)"),
    "campus": Text("每所学校和校区，按填报的行", "each school and campus, as reported"),
    "county": Text("全县", "the county"),
}


class Words:
    """Small helpers that know the language."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang

    def say(self, zh: str, en: str) -> str:
        """The one of two texts."""
        return zh if self.lang == "zh" else en

    def item(self, zh: str, en: str, text: str) -> str:
        """A list item: label, text."""
        return f"- {zh}：{text}" if self.lang == "zh" else f"- {en}: {text}"

    def join(self, parts: list[str]) -> str:
        """Statements, one after the other."""
        return ("；" if self.lang == "zh" else "; ").join(parts)

    def listed(self, parts: list[str]) -> str:
        """A list of names."""
        return ("、" if self.lang == "zh" else ", ").join(parts)

    def field(self, name: str) -> str:
        """The field's name; of one that exists by stage, the Chinese and English word without it."""
        fields = all_fields()
        if name in fields:
            return fields[name].name[self.lang]
        return fields[stage_field(name, stages_of(name)[0])].short[self.lang]

    def formula(self, formula: Expression) -> str:
        """In words: names of fields, × and ÷."""
        text = formula.render(self.field, spaced=True)
        return text.replace(" * ", " × ").replace(" / ", " ÷ ").replace(" - ", " − ")

    def types(self, names: tuple[str, ...]) -> str:
        """Types of school."""
        return self.listed([field_of("school_type").choice_name(name, self.lang) for name in names])


def state_of(option: str, edition: Edition, words: Words) -> str:
    """Whether an option is on."""
    return words.say("已启用", "on") if option in edition.options else words.say("未启用", "off")


# ---- a criterion ----------------------------------------------------------------------------------------------------


def criterion_lines(item_id: str, edition: Edition, lang: Lang, heading: str = "#") -> list[str]:
    """What a criterion (`G3`) or a part (`G11.backbone`) asks, its formula, limits, source, and what touches it."""
    words = Words(lang)
    whole_id, _, part_id = item_id.partition(".")
    whole = edition.criterion(whole_id)
    criterion: model.AnyCriterion = whole
    if part_id and isinstance(whole, model.AllOf):
        criterion = next(part for part in whole.parts if part.id == part_id)
    lines = [f"{heading} {item_id} {criterion.name[lang]}", ""]
    if whole.group is not None:
        lines.append(words.item("组别", "Group", GROUP_NAMES[whole.group][lang]))
    if part_id:
        lines.append(words.item("所属条目", "Part of", f"{whole_id} {whole.name[lang]}"))
    lines += _scope(criterion, words)
    lines += _asked(criterion, edition, words)
    for limit in limits_of(criterion, edition, words):
        lines.append(words.item("标准", "Limit", limit))
    if isinstance(criterion, model.Resource):
        lines += _resource_rest(criterion, edition, words)
    if isinstance(criterion, model.AllOf):
        lines.append(words.item("判定", "Decision", words.say("各部分都达标才达标", "met when every part is met")))
        for part in criterion.parts:
            limits = words.join(limits_of(part, edition, words))
            lines.append(f"  - {item_id}.{part.id} {part.name[lang]}{words.say('：', ': ') + limits if limits else ''}")
            lines += [f"  {line}" for line in _asked(part, edition, words, indent="  ")]
    if criterion.note is not None:
        lines.append(words.item("说明", "Note", criterion.note[lang]))
    if criterion.convention is not None:
        lines.append(
            words.item(f"约定 `{item_id}.convention`", f"Convention `{item_id}.convention`", criterion.convention[lang])
        )
    source = criterion.source or whole.source
    if source is not None:
        lines.append(words.item("出处", "Source", source.sentence(lang)))
        if source.note is not None:
            lines.append(words.item("出处说明", "On the source", source.note[lang]))
    if criterion.changed_from:
        keys = words.listed([f"`{key}`" for key in criterion.changed_from])
        lines.append(words.item(f"本版本对 {edition.extends} 的改动", f"Changed from {edition.extends}", keys))
    options = [option for option in edition.file.options if option.criterion == whole_id]
    for option in options:
        state = state_of(option.id, edition, words)
        lines.append(
            words.item(f"放宽口径 `{option.id}`（{state}）", f"Option `{option.id}` ({state})", option.name[lang])
        )
    used = fields_of(criterion, edition)
    if used:
        lines.append(
            words.item("用到的字段", "Fields", words.listed([f"{words.field(name)} `{name}`" for name in used]))
        )
    return lines


def fields_of(criterion: model.AnyCriterion, edition: Edition) -> list[str]:
    """The ids of the fields that a criterion uses, each once."""
    names: list[str] = []
    if isinstance(criterion, model.Resource):
        for stage in edition.stages:
            names += [*edition.amount_fields(criterion, stage), stage_field("pupils", stage)]
    elif isinstance(criterion, model.Rooms):
        names += criterion.classes.names
        names += [field for room in criterion.rooms.values() for field in room.bands.values()]
    elif isinstance(criterion, model.EachClass):
        for stage in edition.stages:
            names += [stage_field(base, stage) for base in (criterion.classes, criterion.largest, criterion.over)]
    elif isinstance(criterion, model.Survey):
        names += [criterion.satisfied, criterion.valid]
    elif isinstance(criterion, model.AllOf):
        names += [name for part in criterion.parts for name in fields_of(part, edition)]
    elif isinstance(criterion, model.Ratio):
        names += criterion.formula.names
    elif isinstance(criterion, model.EachSchool):
        names += criterion.formula.names if criterion.formula is not None else [criterion.field or ""]
    else:
        names.append(criterion.field)
        if isinstance(criterion, model.Declaration) and criterion.shown is not None:
            names += criterion.shown.names
    return list(dict.fromkeys(names))


def _scope(criterion: model.AnyCriterion, words: Words) -> list[str]:
    where = LEVEL_NAMES[criterion.level][words.lang]
    scope = getattr(criterion, "scope", None)
    if isinstance(scope, model.Scope):
        if scope.stage is not None:
            stage = STAGE_NAMES[scope.stage]
            where += words.say(f"，有{stage.zh}的", f", those with the {stage.en.lower()} stage")
        if scope.without:
            where += words.say(
                f"，不含{words.types(scope.without)}", f", without {words.types(scope.without).lower()}s"
            )
    return [words.item("评估对象", "Looks at", where)]


def _asked(criterion: model.AnyCriterion, edition: Edition, words: Words, indent: str = "") -> list[str]:
    """How it is computed or answered."""

    def line(zh: str, en: str, text: str) -> str:
        return indent + words.item(zh, en, text)

    if isinstance(criterion, model.Resource):
        return [
            line(*_pair("算法", "Formula", STAGE_NAMES[stage]), _per_pupil(criterion, stage, words))
            for stage in edition.stages
        ]
    if isinstance(criterion, model.Ratio):
        return [line("算法", "Formula", words.formula(criterion.formula))]
    if isinstance(criterion, model.EachSchool):
        lines = []
        if criterion.formula is not None:
            lines.append(line("算法（逐校）", "Formula, school by school", words.formula(criterion.formula)))
        if criterion.where_reported:
            text = words.say("至少一所学校填报时才判定", "decided only where any school reports it")
            lines.append(line("适用", "Applies", text))
        return lines
    if isinstance(criterion, model.EachClass):
        text = words.say(
            "最大班额不超过标准，且超标班数为 0；不用平均班额推算",
            "the largest class is within the limit and no class is over it; never estimated from averages",
        )
        return [line("判定", "Decision", text)]
    if isinstance(criterion, model.Rooms):
        classes = words.formula(criterion.classes)
        text = words.say(
            f"每种教室需要（{classes}）÷ {criterion.per_classes} 间，零头进一；不够面积的不算",
            f"of each kind ({classes}) ÷ {criterion.per_classes} rooms, rounded up; smaller rooms do not count",
        )
        return [line("算法（逐校）", "Formula, school by school", text)]
    if isinstance(criterion, model.Declaration):
        name = words.field(criterion.field)
        text = words.say(
            f"“{name}”填“是”达标，“否”不达标，空白待定",
            f"“{name}”: yes is met, no is not met, blank is undetermined",
        )
        lines = [line("填报", "Answer", text)]
        if criterion.shown is not None:
            lines.append(
                line("同时显示（不参与判定）", "Shown beside it, decides nothing", words.formula(criterion.shown))
            )
        return lines
    if isinstance(criterion, model.Veto):
        text = words.say("填“是”即否决，“否”通过，空白待定", "yes is a veto, no passes, blank is undetermined")
        return [line("填报", "Answer", text)]
    if isinstance(criterion, model.Survey):
        top, bottom = words.field(criterion.satisfied), words.field(criterion.valid)
        text = words.say(f"各类对象{top}之和 ÷ {bottom}之和", f"{top} ÷ {bottom}, each the sum over all groups")
        return [line("算法", "Formula", text)]
    return []


def _pair(zh: str, en: str, stage: Text) -> tuple[str, str]:
    return f"{zh}（{stage.zh}）", f"{en}, {stage.en.lower()}"


def _per_pupil(criterion: model.Resource, stage: str, words: Words) -> str:
    def name(base: str) -> str:
        return words.field(stage_field(base, stage))

    amount = criterion.amount.render(name, spaced=True).replace(" - ", " − ")
    if len(criterion.amount.names) > 1:
        amount = f"({amount})"
    times = f"{plain(criterion.per_pupils)} × " if criterion.per_pupils != 1 else ""
    return f"{times}{amount} ÷ {name('pupils')}"


def limits_of(criterion: model.AnyCriterion, edition: Edition, words: Words) -> list[str]:
    """The limits, by stage or type of school where they differ."""
    if isinstance(criterion, model.Resource):
        parts = [
            f"{STAGE_NAMES[s][words.lang]} ≥ {_unit(plain(_at(criterion.at_least, s)), criterion, words)}"
            for s in edition.stages
        ]
        cvs = [f"{STAGE_NAMES[s][words.lang]} ≤ {plain(_at(criterion.cv_at_most, s))}" for s in edition.stages]
        return [words.listed(parts), words.say(f"校际差异系数 {words.listed(cvs)}", f"CV {words.listed(cvs)}")]
    if isinstance(criterion, model.EachClass):
        return [
            words.listed(
                [
                    f"{STAGE_NAMES[s][words.lang]} ≤ {plain(v)}{words.say(' 人', '')}"
                    for s, v in criterion.at_most.items()
                ]
            )
        ]
    if isinstance(criterion, model.Rooms):
        return [words.listed([f"{room.name[words.lang]} ≥ {room.area} ㎡" for room in criterion.rooms.values()])]
    if isinstance(criterion, model.EachSchool) and criterion.at_most_by_type:
        return [_by_type(criterion.at_most_by_type, words, criterion)]
    if isinstance(criterion, model.EachSchool) and criterion.field is not None:
        return [words.listed([field_of(criterion.field).choice_name(value, words.lang) for value in criterion.allowed])]
    if isinstance(criterion, model.Ratio | model.EachSchool | model.Survey):
        if criterion.limit is not None and criterion.operator is not None:
            return [f"{SIGNS[criterion.operator]} {_unit(plain(criterion.limit, criterion.percent), criterion, words)}"]
        if isinstance(criterion, model.Ratio) and criterion.limit_from_overlay:
            return [words.say("本版本未设，由省、市规定设定", "none in this edition; a province or city may set one")]
    return []


def _at(limits: Mapping[model.Stage, Exact], stage: str) -> Exact:
    return limits[stage]  # type: ignore[index]  # stages of an edition are texts


def _unit(text: str, criterion: model.AnyCriterion, words: Words) -> str:
    return with_unit(text, criterion)[words.lang]


def _by_type(limits: dict[str, model.Number], words: Words, criterion: model.AnyCriterion | None = None) -> str:
    """Types with the same limit together."""
    together: dict[str, list[str]] = {}
    for kind, limit in limits.items():
        text = plain(limit)
        together.setdefault(_unit(text, criterion, words) if criterion is not None else text, []).append(kind)
    return words.join([f"{words.types(tuple(kinds))} ≤ {text}" for text, kinds in together.items()])


def _resource_rest(criterion: model.Resource, edition: Edition, words: Words) -> list[str]:
    rule = edition.file.resource_rule
    floors = [
        f"{STAGE_NAMES[s][words.lang]} ≥ {_unit(plain(edition.floor(criterion, s)), criterion, words)}"
        for s in edition.stages
    ]
    share = plain(rule.floor_share, percent=True)
    lines = [
        words.item(
            f"余项下限（标准的 {share}）", f"Floor for the remaining one ({share} of the limit)", words.listed(floors)
        )
    ]
    if criterion.split:
        lines.append(
            words.item("学段折算", "Divided between stages", edition.file.units.split_weights.text[words.lang])
        )
    else:
        lines.append(
            words.item("学段折算", "Divided between stages", words.say("按学段填报，不折算", "no, reported by stage"))
        )
    lines.append(words.item("判定", "Decision", rule.text[words.lang]))
    return lines


# ---- options and conventions ----------------------------------------------------------------------------------------


def option_lines(option_id: str, edition: Edition, lang: Lang) -> list[str]:
    """What a relaxation changes, for which schools, where it is from, and how to switch it on."""
    words = Words(lang)
    option = next(o for o in edition.file.options if o.id == option_id)
    criterion = edition.criterion(option.criterion)
    lines = [f"# {option.id} {option.name[lang]}", ""]
    lines.append(words.item("放宽的条目", "Relaxes", f"{option.criterion} {criterion.name[lang]}"))
    state = words.say(f"--option {option.id} 启用", f"switch it on with --option {option.id}")
    lines.append(words.item("状态", "State", f"{state_of(option.id, edition, words)}{words.say('；', '; ')}{state}"))
    zh, en = "适用学校（条件都满足；未填报视为不满足）", "Schools (all of it must hold; what is blank does not)"
    lines.append(words.item(zh, en, words.listed(_where(option.where, words))))
    if option.add_amount is not None:
        lines.append(words.item("计入", "Also counts", f"{words.field(option.add_amount)} `{option.add_amount}`"))
    if option.areas and isinstance(criterion, model.Rooms):
        parts = [f"{criterion.rooms[kind].name[lang]} ≥ {area} ㎡" for kind, area in option.areas.items()]
        lines.append(words.item("标准改为", "Limit becomes", words.listed(parts)))
    if option.at_most_by_type:
        lines.append(words.item("标准改为", "Limit becomes", _by_type(option.at_most_by_type, words, criterion)))
    if option.note is not None:
        lines.append(words.item("说明", "Note", option.note[lang]))
    lines.append(words.item("出处", "Source", option.source.sentence(lang)))
    if option.source.note is not None:
        lines.append(words.item("出处说明", "On the source", option.source.note[lang]))
    return lines


def _where(where: model.Where, words: Words) -> list[str]:
    parts = [field_of("area").choice_name(area, words.lang) for area in where.area]
    if where.types:
        parts.append(words.types(where.types))
    if where.pupils_between is not None:
        low, high = where.pupils_between
        parts.append(words.say(f"学生 {low}–{high} 人", f"{low} to {high} pupils"))
    if where.built_by is not None:
        parts.append(words.say(f"{where.built_by} 年及以前建成", f"built in or before {where.built_by}"))
    if where.largest_class_below is not None:
        parts.append(
            words.say(
                f"最大班额低于 {where.largest_class_below} 人", f"largest class below {where.largest_class_below}"
            )
        )
    if where.migrant_share_above is not None:
        share = plain(where.migrant_share_above, percent=True)
        parts.append(words.say(f"随迁子女超过 {share}", f"migrant workers' children above {share}"))
    if where.dense_centre is not None:
        name = field_of("dense_centre").name
        answer = field_of("dense_centre").choice_name("yes" if where.dense_centre else "no", words.lang)
        parts.append(words.say(f"{name.zh}为“{answer}”", f"{name.en}: {answer.lower()}"))
    return parts


def convention_lines(convention: str, edition: Edition, lang: Lang) -> list[str]:
    """What a convention says, and where it is from."""
    words = Words(lang)
    head, _, tail = convention.partition(".")
    lines = [f"# {convention}", "", words.item("约定", "Convention", edition.convention_text(convention)[lang])]
    if head == "units":
        source = getattr(edition.file.units, tail).source
    else:
        lines.append(words.item("条目", "Criterion", f"{head} {edition.criterion(head).name[lang]}"))
        source = edition.criterion(head).source
    lines.append(words.item("出处", "Source", source.sentence(lang)))
    return lines
