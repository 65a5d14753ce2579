# ruff: noqa: E501
"""QBE_* worksheet functions for Excel on Windows, through xlwings. 由 scripts/udfs.py 生成，请勿手改。

Written by scripts/udfs.py from the registry of functions; do not edit.
"""

import xlwings as xw

from qbe_xl.hosts.excel.udfs import answer, answer_check, serial


@xw.func(category="QBE 优质均衡", volatile=False)
@xw.arg("values", ndim=2, err_to_str=True, dates=serial, doc="每校的生均值（或每百生值），一校一格")
@xw.arg("pupils", ndim=2, err_to_str=True, dates=serial, doc="在校生数，与前者格数相同")
@xw.ret(transpose=False)
def QBE_COEF(values, pupils=None):
    """校际差异系数。校际差异系数 CV = S ÷ X̄，按在校生数加权：X̄ = Σpx ÷ Σp，S = √(Σp(x − X̄)² ÷ Σp)。不给 pupils 时：恰好两列、至少两行的区域按（值，在校生数）读；一行或一列按等权算，与官方口径（按在校生加权）不同；其他形状返回 #VALUE!。首行为文字时视作表头；一对两格都空则跳过，只空一格返回 #N/A；在校生为 0 的学校跳过；负数、文字返回 #VALUE!；错误值原样返回；在校生合计为 0 返回 #DIV/0!。"""
    return answer("QBE_COEF", values, pupils)


@xw.func(category="QBE 优质均衡", volatile=False)
@xw.arg("amounts", ndim=2, err_to_str=True, dates=serial, doc="每校的资源总量，一校一格")
@xw.arg("pupils", ndim=2, err_to_str=True, dates=serial, doc="在校生数，与前者格数相同")
@xw.ret(transpose=False)
def QBE_MEAN(amounts, pupils):
    """按学生数合并的平均值。全县平均值 X̄ = Σ资源总量 ÷ Σ在校生数（不是各校生均值的平均）。每百生指标请乘以 100。首行为文字时视作表头；一对两格都空则跳过，只空一格返回 #N/A；在校生为 0 的学校跳过；负数、文字返回 #VALUE!；错误值原样返回；在校生合计为 0 返回 #DIV/0!。"""
    return answer("QBE_MEAN", amounts, pupils)


@xw.func(category="QBE 优质均衡", volatile=False)
@xw.arg("values", ndim=2, err_to_str=True, dates=serial, doc="每校的生均值（或每百生值），一校一格")
@xw.arg("pupils", ndim=2, err_to_str=True, dates=serial, doc="在校生数，与前者格数相同")
@xw.ret(transpose=False)
def QBE_STD(values, pupils=None):
    """校际标准差。校际标准差 S = √(Σp(x − X̄)² ÷ Σp)，按在校生数加权，总体形式。不给 pupils 时：恰好两列、至少两行的区域按（值，在校生数）读；一行或一列按等权算，与官方口径（按在校生加权）不同；其他形状返回 #VALUE!。首行为文字时视作表头；一对两格都空则跳过，只空一格返回 #N/A；在校生为 0 的学校跳过；负数、文字返回 #VALUE!；错误值原样返回；在校生合计为 0 返回 #DIV/0!。"""
    return answer("QBE_STD", values, pupils)


@xw.func(category="QBE 优质均衡", volatile=False)
@xw.arg("values", ndim=2, err_to_str=True, dates=serial, doc="每校的生均值（或每百生值），一校一格")
@xw.arg("pupils", ndim=2, err_to_str=True, dates=serial, doc="在校生数，与前者格数相同")
@xw.arg("k", ndim=2, err_to_str=True, dates=serial, doc="第几所学校，从 1 数起")
@xw.ret(transpose=False)
def QBE_SHARE(values, pupils, k=None):
    """各校对差异系数的贡献。各校占差异系数平方的份额 p(x − X̄)² ÷ Σp(x − X̄)²，合计为 1；各校相同则都为 0。不给 k 时返回与 values 同形的数组（Excel 2016 及以前须选中区域后按 Ctrl+Shift+Enter）；给 k 时返回第 k 所学校（表头不计）的份额，普通公式即可。空白和没有学生的学校为 0，表头处为 #N/A。"""
    return answer("QBE_SHARE", values, pupils, k)


@xw.func(category="QBE 优质均衡", volatile=False)
@xw.arg("cvs", ndim=2, err_to_str=True, dates=serial, doc="各项指标的差异系数")
@xw.ret(transpose=False)
def QBE_COMPOSITE(cvs):
    """综合差异系数。综合差异系数：各项指标差异系数的简单平均（2012 年办法的判定依据；优质均衡仅供参考，须逐项达标）。首格为文字时视作表头；有空格返回 #N/A；负数、文字返回 #VALUE!；错误值原样返回。"""
    return answer("QBE_COMPOSITE", cvs)


@xw.func(category="QBE 优质均衡", volatile=False)
@xw.arg("id", ndim=2, err_to_str=True, dates=serial, doc="指标编号 L1–L7")
@xw.arg("amount", ndim=2, err_to_str=True, dates=serial, doc="资源总量（人、㎡、元、间），与填报单位相同")
@xw.arg("pupils", ndim=2, err_to_str=True, dates=serial, doc="在校生数")
@xw.ret(transpose=False)
def QBE_INDICATOR(id, amount, pupils):
    """指标值。每百名学生或生均的指标值：资源总量 ÷ 在校生数（L1、L2、L3、L7 乘以 100），保留 15 位有效数字。各参数可以是一格或区域，逐格计算，一格的参数用于全部。空格返回 #N/A；文字、负数、不认识的编号或学段返回 #VALUE!；错误值原样返回。在校生为 0 返回 #DIV/0!。"""
    return answer("QBE_INDICATOR", id, amount, pupils)


@xw.func(category="QBE 优质均衡", volatile=False)
@xw.arg("id", ndim=2, err_to_str=True, dates=serial, doc="编号：L1–L7、L1.floor、L1.cv、G4、Q1 等")
@xw.arg("stage", ndim=2, err_to_str=True, dates=serial, doc="学段：小学、初中（primary、junior 也可）")
@xw.arg("edition", ndim=2, err_to_str=True, dates=serial, doc="标准版本编号，默认全国标准")
@xw.ret(transpose=False)
def QBE_LIMIT(id, stage, edition=None):
    """标准限值。某项指标在某学段的标准。L1.floor 为余项底线（标准的 85%），L1.cv 为差异系数限值；G4 的 stage 也可填办学类型；其他条目如 Q1、G11.exchanged 的 stage 留空，百分比按小数给出。没有数值标准的条目返回 #N/A。各参数可以是一格或区域，逐格计算，一格的参数用于全部。空格返回 #N/A；文字、负数、不认识的编号或学段返回 #VALUE!；错误值原样返回。"""
    return answer("QBE_LIMIT", id, stage, edition)


@xw.func(category="QBE 优质均衡", volatile=False)
@xw.arg("id", ndim=2, err_to_str=True, dates=serial, doc="指标编号 L1–L7")
@xw.arg("stage", ndim=2, err_to_str=True, dates=serial, doc="学段：小学、初中（primary、junior 也可）")
@xw.arg("amount", ndim=2, err_to_str=True, dates=serial, doc="资源总量（人、㎡、元、间），与填报单位相同")
@xw.arg("pupils", ndim=2, err_to_str=True, dates=serial, doc="在校生数")
@xw.arg("edition", ndim=2, err_to_str=True, dates=serial, doc="标准版本编号，默认全国标准")
@xw.ret(transpose=False)
def QBE_STATUS(id, stage, amount, pupils, edition=None):
    """指标是否达标。一校一项是否达标：达标；可作余项（低于标准但不低于其 85%，每校至多一项）；不达标；缺数据；不适用（既无学生也无资源）。按填报数精确比较，不先四舍五入。各参数可以是一格或区域，逐格计算，一格的参数用于全部。单元格有错误、文字或负数时返回“数据有误：…”，编号或学段不认识时返回说明。"""
    return answer("QBE_STATUS", id, stage, amount, pupils, edition)


@xw.func(category="QBE 优质均衡", volatile=False)
@xw.arg("stage", ndim=2, err_to_str=True, dates=serial, doc="学段：小学、初中（primary、junior 也可）")
@xw.arg("amounts7", ndim=2, err_to_str=True, dates=serial, doc="七项资源总量，按 L1–L7 的顺序")
@xw.arg("pupils", ndim=2, err_to_str=True, dates=serial, doc="在校生数")
@xw.arg("part", ndim=2, err_to_str=True, dates=serial, doc="1 项数，2 结论；不给则两者都有")
@xw.ret(transpose=False)
def QBE_MET(stage, amounts7, pupils, part=None):
    """七项达标数和结论。一校七项指标的达标项数和结论（达标、不达标、待定）：至少六项达标、余项不低于标准的 85%。amounts7 为一行（或一列）七格，按 L1–L7 的顺序；也可为多行七列，每行一校。结果每校两格：项数、结论（Excel 2016 及以前须选中区域后按 Ctrl+Shift+Enter）；part 填 1 只要项数，填 2 只要结论，普通公式即可。缺数据不算达标；错误、文字、负数使项数为相应错误值，结论为“数据有误：…”。"""
    return answer("QBE_MET", stage, amounts7, pupils, part)


@xw.func(category="QBE 优质均衡", volatile=False)
@xw.arg("school", ndim=2, err_to_str=True, dates=serial, doc="学校代码或学校名称")
@xw.arg("table", ndim=2, err_to_str=True, dates=serial, doc="“学校”工作表的区域，连同表头")
@xw.ret(transpose=False)
def QBE_CHECK(school, table=None, caller=None):
    """一校七项指标的结论。按学校代码或名称给出一校的结论，如“达标 7/7”“达标 6/7（余项 L3 0.80＜0.9）”“小学 达标 7/7；初中 不达标：L3 0.71＜0.765”。table 为“学校”工作表连同表头的区域，按模板的表头识别；校区并入主校、共用资源折算、表内错误的处理都与评估相同。不给 table 时用当前工作簿的“学校”工作表，此时结果在运行评估或完全重算（Ctrl+Alt+F9）后更新。school 可以是区域，逐校给出。"""
    return answer_check(school, table, caller)


@xw.func(category="QBE 优质均衡", volatile=False)
@xw.arg("id", ndim=2, err_to_str=True, dates=serial, doc="指标编号 L1–L7")
@xw.arg("stage", ndim=2, err_to_str=True, dates=serial, doc="学段：小学、初中（primary、junior 也可）")
@xw.arg("amount", ndim=2, err_to_str=True, dates=serial, doc="资源总量（人、㎡、元、间），与填报单位相同")
@xw.arg("pupils", ndim=2, err_to_str=True, dates=serial, doc="在校生数")
@xw.ret(transpose=False)
def QBE_GAP(id, stage, amount, pupils):
    """缺口。达到标准还差多少：人和教室向上取整，面积和金额向上取到 0.01；已达标为 0。各参数可以是一格或区域，逐格计算，一格的参数用于全部。空格返回 #N/A；文字、负数、不认识的编号或学段返回 #VALUE!；错误值原样返回。没有学生时为 0。"""
    return answer("QBE_GAP", id, stage, amount, pupils)


@xw.func(category="QBE 优质均衡", volatile=False)
@xw.arg("amount", ndim=2, err_to_str=True, dates=serial, doc="全校共用的资源总量")
@xw.arg("primary", ndim=2, err_to_str=True, dates=serial, doc="小学在校生数")
@xw.arg("junior", ndim=2, err_to_str=True, dates=serial, doc="初中在校生数")
@xw.arg("senior", ndim=2, err_to_str=True, dates=serial, doc="高中在校生数，默认 0")
@xw.arg("stage", ndim=2, err_to_str=True, dates=serial, doc="只要这个学段：小学、初中、高中")
@xw.ret(transpose=False)
def QBE_SPLIT(amount, primary, junior, senior=None, stage=None):
    """共用资源折算到学段。一贯制学校、完全中学的共用资源（L4–L7）按加权学生数折算到学段（小学∶初中∶高中＝1∶1.1∶1.32，见标准 units.split_weights）。不给 stage 时每校返回小学、初中两格，给了 senior 则为小学、初中、高中三格（Excel 2016 及以前须选中区域后按 Ctrl+Shift+Enter）；给 stage 时只返回该学段一格，普通公式即可。没有的学段填 0；senior 空着按 0 计。没有学生返回 #DIV/0!。"""
    return answer("QBE_SPLIT", amount, primary, junior, senior, stage)


@xw.func(category="QBE 优质均衡", volatile=False)
@xw.arg("graduates", ndim=2, err_to_str=True, dates=serial, doc="本届毕业生")
@xw.arg("entrants", ndim=2, err_to_str=True, dates=serial, doc="三年前初一在校生")
@xw.arg("transfers_in", ndim=2, err_to_str=True, dates=serial, doc="三年间转入")
@xw.arg("transfers_out", ndim=2, err_to_str=True, dates=serial, doc="三年间转出")
@xw.arg("deaths", ndim=2, err_to_str=True, dates=serial, doc="三年间死亡")
@xw.ret(transpose=False)
def QBE_RETENTION(graduates, entrants, transfers_in, transfers_out, deaths):
    """初中三年巩固率。初中三年巩固率 = 毕业生 ÷（三年前初一在校生 + 转入 − 转出 − 死亡），按小数给出（0.95 即 95%）。各参数可以是一格或区域，逐格计算，一格的参数用于全部。空格返回 #N/A（缺数据不当作 0）；文字、负数返回 #VALUE!；分母为 0 返回 #DIV/0!；错误值原样返回。"""
    return answer("QBE_RETENTION", graduates, entrants, transfers_in, transfers_out, deaths)


@xw.func(category="QBE 优质均衡", volatile=False)
@xw.arg("classes", ndim=2, err_to_str=True, dates=serial, doc="义务教育班级数")
@xw.arg("kind", ndim=2, err_to_str=True, dates=serial, doc="音乐、美术或合计")
@xw.ret(transpose=False)
def QBE_ROOMS(classes, kind=None):
    """应有音乐、美术教室数。每 12 个班（不足 12 个班的零头按 12 个计）应有音乐、美术专用教室各 1 间，即 ⌈班级数 ÷ 12⌉。不给 kind 或填“音乐”“美术”时返回该类应有间数（两类相同）；填“合计”返回两类之和。各参数可以是一格或区域，逐格计算，一格的参数用于全部。空格返回 #N/A（缺数据不当作 0）；文字、负数返回 #VALUE!；分母为 0 返回 #DIV/0!；错误值原样返回。kind 不认识返回 #VALUE!。"""
    return answer("QBE_ROOMS", classes, kind)


@xw.func(category="QBE 优质均衡", volatile=False)
@xw.arg("id", ndim=2, err_to_str=True, dates=serial, doc="条目编号，如 G9、G11.backbone、Q1")
@xw.arg("value1", ndim=2, err_to_str=True, dates=serial, doc="第 1 个数")
@xw.arg("value2", ndim=2, err_to_str=True, dates=serial, doc="第 2 个数")
@xw.arg("value3", ndim=2, err_to_str=True, dates=serial, doc="第 3 个数")
@xw.arg("value4", ndim=2, err_to_str=True, dates=serial, doc="第 4 个数")
@xw.arg("value5", ndim=2, err_to_str=True, dates=serial, doc="第 5 个数")
@xw.ret(transpose=False)
def QBE_RATE(id, value1, value2=None, value3=None, value4=None, value5=None):
    """县级比率。县级比率，按小数给出（0.95 即 95%；元、级等按原单位）。"""
    return answer("QBE_RATE", id, value1, value2, value3, value4, value5)


@xw.func(category="QBE 优质均衡", volatile=False)
@xw.arg("valid", ndim=2, err_to_str=True, dates=serial, doc="各类对象的有效问卷数")
@xw.arg("satisfied", ndim=2, err_to_str=True, dates=serial, doc="各类对象的满意问卷数")
@xw.ret(transpose=False)
def QBE_RECOGNITION(valid, satisfied):
    """社会认可度。社会认可度 = Σ满意问卷 ÷ Σ有效问卷，各类调查对象合并计算，按小数给出。首行为文字时视作表头；两格都空则跳过，只空一格返回 #N/A；负数、文字、满意多于有效返回 #VALUE!；没有有效问卷返回 #DIV/0!；错误值原样返回。"""
    return answer("QBE_RECOGNITION", valid, satisfied)


@xw.func(category="QBE 优质均衡", volatile=False)
@xw.arg("id", ndim=2, err_to_str=True, dates=serial, doc="编号")
@xw.arg("lang", ndim=2, err_to_str=True, dates=serial, doc="语言：zh 或 en")
@xw.ret(transpose=False)
def QBE_EXPLAIN(id, lang=None):
    """条目说明。用文字说明一个编号：条目（L1、G11.backbone）、可选放宽、约定、检查消息（QBE-DAT-012）、字段（pupils_primary）；包括标准、计算方法和出处。lang 填 zh（默认）或 en。可以是区域，逐格说明。"""
    return answer("QBE_EXPLAIN", id, lang)


@xw.func(category="QBE 优质均衡", volatile=False)
@xw.arg("statuses", ndim=2, err_to_str=True, dates=serial, doc="状态所在的区域")
@xw.ret(transpose=False)
def QBE_VERDICT(statuses):
    """综合结论。一片状态的总结论：有一个不达标即不达标；否则有缺数据、待定、空格或错误值即待定；否则达标；全部不适用为不适用。认识 QBE_STATUS、QBE_MET、QBE_CHECK 的结果和中英文状态词（通过、pass、fail、undetermined 等）。区域恰好七列（或一列七格）时，每行（每列）视作一校的七项指标：一个“可作余项”不影响达标，两个即不达标；其他形状里的“可作余项”按待定。含不认识的文字时返回说明。"""
    return answer("QBE_VERDICT", statuses)
