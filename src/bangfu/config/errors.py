"""Refusals of a wrong or incomplete environment."""

from __future__ import annotations

from bangfu.platform.errors import WrongUsage
from bangfu.policy.words import Words


class MissingSecret(WrongUsage):
    """A secret is neither in the environment nor allowed to be generated."""

    code = "config.missing_secret"
    says = Words(
        "环境变量 {name} 没有设置，无法签名会话或加密字段。请用 bangfu keys new 生成，并写入服务的环境；仅作"
        "演示时可设置 BANGFU_DEMO=1。",
        "The environment variable {name} is not set, so sessions cannot be signed or fields encrypted. Make "
        "one with “bangfu keys new” and put it into the service's environment; for a demonstration set "
        "BANGFU_DEMO=1.",
    )


class BadSetting(WrongUsage):
    """A variable has a value that means nothing."""

    code = "config.bad_setting"
    says = Words(
        "环境变量 {name} 的值“{value}”无法识别，系统没有启动。请改为如下形式：{wanted}。",
        "The value “{value}” of the environment variable {name} means nothing, so the system did not start. "
        "Write it like this: {wanted}.",
    )


class BadTime(WrongUsage):
    """A pretended day outside demo mode would falsify dates."""

    code = "config.pretended_day"
    says = Words(
        "BANGFU_TODAY 只能在演示模式（BANGFU_DEMO=1）下使用，否则业务日期会失真，系统没有启动。请删除该环境"
        "变量。",
        "BANGFU_TODAY works only in demo mode (BANGFU_DEMO=1), since it would falsify dates; the system did "
        "not start. Remove the variable.",
    )


class UnknownDatabase(WrongUsage):
    """DATABASE_URL names no database that Bangfu knows."""

    code = "config.unknown_database"
    says = Words(
        "DATABASE_URL(“{scheme}:…”)无法识别,系统没有启动。请写成 sqlite:///文件 或 postgresql://用户:密码@主"
        "机:端口/库名。",
        "DATABASE_URL (“{scheme}:…”) cannot be read, so the system did not start. Write sqlite:///file or "
        "postgresql://user:password@host:port/name.",
    )
