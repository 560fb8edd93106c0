"""Refusals of the analytics floor."""

from __future__ import annotations

from bangfu.policy.errors import BangfuError
from bangfu.policy.words import Words


class MissingColumn(BangfuError):
    """A snapshot lacks a column that the vocabulary promises."""

    code = "snapshot.missing_column"
    says = Words(
        "快照的“{table}”表缺少列“{column}”。没有给出任何结果。请用当前版本重新生成快照(bangfu snapshot)。",
        "The table “{table}” of the snapshot lacks the column “{column}”. No result was given. "
        "Make the snapshot anew with this version (bangfu snapshot).",
    )


class NotASnapshot(BangfuError):
    """The folder is no snapshot."""

    code = "snapshot.not_one"
    says = Words(
        "“{folder}”不是完整的快照文件夹({file} 缺失或损坏)。请指定 bangfu snapshot 写出的文件夹,或重新生成。",
        "“{folder}” is no whole snapshot ({file} is missing or damaged). Name a folder written by bangfu snapshot, or "
        "make it anew.",
    )


class NoAreaForValue(BangfuError):
    """A parameter that differs between areas is asked for where rows have no place."""

    code = "evaluation.no_area"
    says = Words(
        "参数“{key}”在本次涉及的各县取值不同,而读取它的名单没有地区,无法确定用哪个县的值。没有给出任何结果。"
        "请按县分别核查。",
        "The parameter “{key}” differs between the counties of this run, and the list that reads it has no place, so "
        "no value can be chosen. No result was given. Check each county by itself.",
    )
