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
        "“{folder}”不是快照文件夹(缺少 snapshot.json)。请指定 bangfu snapshot 写出的文件夹。",
        "“{folder}” is no snapshot (snapshot.json is missing). Name a folder written by bangfu snapshot.",
    )
