"""Refusals of the job machinery."""

from __future__ import annotations

from typing import Any

from bangfu.platform.errors import WorkError, as_json
from bangfu.policy.errors import BangfuError
from bangfu.policy.words import Words


class UnknownJob(WorkError):
    """No function is registered for this kind."""

    code = "jobs.unknown_kind"
    says = Words(
        "没有名为“{kind}”的后台任务，没有提交。请检查名称，并确认所在应用的 jobs.py 已加载。",
        "There is no job “{kind}”; nothing was queued. Check the name, and that the jobs.py of its app is "
        "loaded.",
    )


class Broken(WorkError):
    """What a user reads when a job failed by a fault of the system."""

    code = "jobs.failed"
    says = Words(
        "系统在执行“{title}”时出错，任务没有完成。错误已记入日志（编号 {job}），请把编号告诉管理员，或稍后重"
        "新提交。",
        "The system failed while doing “{title}”; the job was not done. The fault is in the log (number "
        "{job}): tell the administrator the number, or submit the job again later.",
    )


class DiedTooOften(WorkError):
    """What a user reads when every process that took the job died of it."""

    code = "jobs.died_too_often"
    says = Words(
        "“{title}”连续 {times} 次使执行进程中断，已停止重试，没有完成（编号 {job}）。请把编号告诉管理员检查"
        "内存和日志，再重新提交。",
        "“{title}” ended the process that did it {times} times; it is not tried again and not done (number "
        "{job}). Tell the administrator the number, to look at memory and log, and submit it again then.",
    )


class Lost(WorkError):
    """The job was given to somebody else: this process was taken for dead."""

    code = "jobs.lost"
    says = Words(
        "任务 {job} 已由另一个进程接手，本进程的结果没有保存。",
        "The job {job} was taken over by another process; what this one did was not saved.",
    )


def as_stored(error: BangfuError) -> dict[str, Any]:
    """``error`` in both languages, as a job keeps it for readers of either."""
    return {language: as_json(error, language) for language in ("zh", "en")}
