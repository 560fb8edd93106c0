"""Refusals of the analytics floor."""

from __future__ import annotations

from bangfu.policy.errors import BangfuError
from bangfu.policy.words import Words


class MissingColumn(BangfuError):
    """A snapshot lacks a column that the vocabulary promises."""

    code = "snapshot.missing_column"
    says = Words(
        "快照文件 {file}(“{table}”表)缺少词汇表 {where} 规定的列“{column}”({title})。没有给出任何结果。"
        "请用当前版本重新生成快照(bangfu snapshot)。",
        "The snapshot file {file} (table “{table}”) lacks the column “{column}” ({title_en}), which the vocabulary has "
        "at {where}. No result was given. Make the snapshot anew with this version (bangfu snapshot).",
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


class NoSpark(BangfuError):
    """Spark is asked for and not installed."""

    code = "engine.no_spark"
    says = Words(
        "没有安装 Spark。请执行 pip install 'bangfu[spark]',或改用 --engine duckdb。",
        "Spark is not installed. Run pip install 'bangfu[spark]', or use --engine duckdb.",
    )


class NoJava(BangfuError):
    """Spark is asked for, and the machine has no Java."""

    code = "engine.no_java"
    says = Words(
        "本机没有 Java,无法启动 Spark。请安装 Java 17(Debian:apt-get install openjdk-17-jre-headless),"
        "或改用 --engine duckdb。",
        "There is no Java on this machine, so Spark cannot start. Install Java 17 (Debian: apt-get install "
        "openjdk-17-jre-headless), or use --engine duckdb.",
    )


class UnknownEngine(BangfuError):
    """An engine that Bangfu does not know."""

    code = "engine.unknown"
    says = Words(
        "没有名为“{url}”的引擎。可用:duckdb、spark(即 local[*])、local[2]、spark://主机:端口。",
        "There is no engine “{url}”. Use duckdb, spark (that is local[*]), local[2] or spark://host:port.",
    )


class FolderInUse(BangfuError):
    """A run would write where another has written."""

    code = "evaluation.folder_in_use"
    says = Words(
        "文件夹“{folder}”中已有内容。每次运行都写入新的文件夹,请换一个名称。",
        "There is something in “{folder}” already. Each run writes into a new folder: name another.",
    )
