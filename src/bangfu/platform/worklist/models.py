"""One table: what somebody has to do."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.platform.database.words_field import WordsField
from bangfu.platform.worklist.querysets import WorkItemQuerySet

OPEN = Q(closed_at=None)


class WorkItem(models.Model):
    """One thing to do, for whoever holds ``role`` in the division, or for one person.

    ``key`` names the thing (``doubt:1234``): it is open at most once. A closed item stays; the same key
    opened again is a new row. ``url_name`` and ``url_args`` lead to the screen where it is done.
    """

    key = models.CharField(_("事项标识"), max_length=200)
    kind = models.CharField(_("事项类别"), max_length=100)
    title = WordsField(_("标题"))
    url_name = models.CharField(_("页面名称"), max_length=100, blank=True)
    url_args = models.JSONField(_("页面参数"), default=dict)
    division_code = models.CharField(_("行政区划代码"), max_length=12, blank=True)
    role = models.CharField(_("岗位角色"), max_length=40, blank=True)
    assignee_id = models.CharField(_("经办人编号"), max_length=64, blank=True)
    due = models.DateField(_("办理期限"), null=True)
    opened_at = models.DateTimeField(_("产生时间"))
    closed_at = models.DateTimeField(_("办结时间"), null=True)
    closed_by = models.CharField(_("办结人"), max_length=150, blank=True)
    close_reason = models.TextField(_("办结说明"), blank=True)
    detail = models.JSONField(_("内容"), default=dict)

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("待办事项")
        verbose_name_plural = _("待办事项")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=OPEN, name="worklist_key_open_once"),
            models.CheckConstraint(
                condition=OPEN & Q(closed_by="") | Q(closed_at__isnull=False) & ~Q(closed_by=""),
                name="worklist_closed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["assignee_id", "role", "division_code"], condition=OPEN, name="worklist_inbox"
            ),
            models.Index(fields=["due"], condition=OPEN, name="worklist_due"),
            models.Index(fields=["kind", "division_code"], condition=OPEN, name="worklist_kind"),
            models.Index(fields=["key"], name="worklist_key"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
