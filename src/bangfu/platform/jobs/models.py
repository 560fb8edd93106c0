"""One table: jobs as people see them. What the queue needs lies in django-tasks-db's own table."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.platform.database.words_field import WordsField
from bangfu.platform.jobs.enums import UNFINISHED, JobState
from bangfu.policy.words import Words


def no_words() -> Words:
    """An empty text."""
    return Words("", "")


class Job(models.Model):
    """One piece of long work. ``key`` names it where the same work must not run twice at once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("类别"), max_length=100)
    title = WordsField(_("标题"))
    state = models.CharField(_("状态"), max_length=10, choices=JobState, default=JobState.WAITING)
    step = WordsField(_("当前步骤"), default=no_words)
    done = models.BigIntegerField(_("已完成"), default=0)
    total = models.BigIntegerField(_("总数"), null=True)
    result = models.JSONField(_("结果"), null=True)
    refusal = models.JSONField(_("未完成的原因"), null=True)
    by_id = models.CharField(_("发起人编号"), max_length=64)
    by_name = models.CharField(_("发起人"), max_length=150)
    division_code = models.CharField(_("行政区划代码"), max_length=12, blank=True)
    created = models.DateTimeField(_("提交时间"))
    started = models.DateTimeField(_("开始时间"), null=True)
    finished = models.DateTimeField(_("结束时间"), null=True)
    task_id = models.UUIDField(_("队列编号"), null=True, unique=True)
    worker = models.CharField(_("执行进程"), max_length=64, blank=True)
    key = models.CharField(_("任务标识"), max_length=200, null=True)

    class Meta:
        verbose_name = _("后台任务")
        verbose_name_plural = _("后台任务")
        ordering = ["-created"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=UNFINISHED), name="jobs_key_unfinished_once"
            ),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="jobs_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=UNFINISHED, finished=None)
                | ~Q(state__in=UNFINISHED) & Q(finished__isnull=False),
                name="jobs_finished_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["-created"], name="jobs_created"),
            models.Index(fields=["by_id", "-created"], name="jobs_by"),
            models.Index(fields=["division_code", "-created"], name="jobs_division"),
            models.Index(fields=["state"], condition=Q(state__in=UNFINISHED), name="jobs_unfinished"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED

    def refusal_in(self, language: str) -> dict[str, Any] | None:
        """Why the job ended without being done, in the shape of ``errors.as_json``; None when it did not."""
        return (self.refusal or {}).get("en" if language.startswith("en") else "zh")

    def title_in(self, language: str) -> str:
        title: Words = self.title
        return title.text(language)
