"""Refusals of the worklist."""

from __future__ import annotations

from bangfu.platform.errors import Refused
from bangfu.policy.words import Words


class ReasonMissing(Refused):
    """An item closes only with a reason."""

    code = "worklist.reason_missing"
    says = Words(
        "待办事项没有办结：须写明办结说明。请填写后重试。",
        "The items were not closed: closing needs a reason. Write it and try again.",
    )
