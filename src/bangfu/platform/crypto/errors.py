"""Refusals of the crypto package. No sentence shows a secret or a plain value."""

from __future__ import annotations

from bangfu.platform.errors import WorkError, WrongUsage
from bangfu.policy.words import Words


class BadKeys(WrongUsage):
    """BANGFU_FIELD_KEYS cannot be used."""

    code = "crypto.bad_keys"
    says = Words(
        "加密密钥（BANGFU_FIELD_KEYS）不可用：{reason}。没有读写任何加密字段。请用 bangfu keys new 查看正确"
        "的写法。",
        "The field keys (BANGFU_FIELD_KEYS) cannot be used: {reason}. No encrypted field was read or "
        "written. “bangfu keys new” shows how they are written.",
    )


class UnknownCipher(WrongUsage):
    """BANGFU_CIPHER names no cipher."""

    code = "crypto.unknown_cipher"
    says = Words(
        "加密算法“{cipher}”无法识别，没有加密任何内容。请把 BANGFU_CIPHER 设为 sm4-gcm 或 aes-gcm。",
        "There is no cipher “{cipher}”; nothing was encrypted. Set BANGFU_CIPHER to sm4-gcm or aes-gcm.",
    )


class Undecryptable(WorkError):
    """Base of what can go wrong with a stored value."""

    code = "crypto.undecryptable"
    says = Words("加密字段无法读取。", "An encrypted field cannot be read.")


class UnknownKey(Undecryptable):
    """The value was written under a key that the service does not have."""

    code = "crypto.unknown_key"
    says = Words(
        "这个加密字段（{where}）是用密钥 k{number} 写入的，而当前环境中没有这把密钥，无法读取。"
        "请管理员把 k{number} 补回 BANGFU_FIELD_KEYS。",
        "This encrypted field ({where}) was written under the key k{number}, which this service does not "
        "have, so it cannot be read. Ask the administrator to put k{number} back into BANGFU_FIELD_KEYS.",
    )


class WrongKey(Undecryptable):
    """The key of that name is another one now."""

    code = "crypto.wrong_key"
    says = Words(
        "这个加密字段（{where}）无法读取：当前的密钥 k{number} 不是写入时的那一把。"
        "请管理员恢复原来的 BANGFU_FIELD_KEYS;更换密钥须增加新编号。",
        "This encrypted field ({where}) cannot be read: today's key k{number} is not the one it was written "
        "under. Ask the administrator to restore the former BANGFU_FIELD_KEYS; a new key needs a new number.",
    )


class Tampered(Undecryptable):
    """The value was altered, or it belongs to another row or column."""

    code = "crypto.tampered"
    says = Words(
        "这个加密字段（{where}）没有通过校验：它被改动过，或来自另一行。为安全起见不予显示。请管理员核查审计"
        "日志并从备份恢复。",
        "This encrypted field ({where}) failed its check: it was altered, or it comes from another row. It "
        "is not shown. Ask the administrator to look into the audit log and restore it from a backup.",
    )
