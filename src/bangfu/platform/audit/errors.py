"""Refusals of the audit log."""

from __future__ import annotations

from bangfu.platform.errors import Refused, WorkError
from bangfu.policy.words import Words


class OutsideTransaction(WorkError):
    """An audit row must commit together with the write that it tells of."""

    code = "audit.outside_transaction"
    says = Words(
        "审计记录“{action}”没有写入：它必须与业务数据在同一事务中保存。请在 transaction.atomic() 中调用。",
        "The audit row “{action}” was not written: it has to be saved in one transaction with the work that "
        "it tells of. Call it within transaction.atomic().",
    )


class ReasonRequired(Refused):
    """A sensitive read needs a reason."""

    code = "audit.reason_required"
    says = Words(
        "查看敏感信息须写明理由（至少 {least} 个字），信息没有显示。请填写理由后重试。",
        "Seeing sensitive data needs a reason of at least {least} characters; nothing was shown. Write the "
        "reason and try again.",
    )
