"""One table: the audit log."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangfu.platform.audit.querysets import AuditQuerySet


class AuditRecord(models.Model):
    """One act. Rows are only added; each names the hash of the one before (see ``chain``)."""

    seq = models.BigIntegerField(_("序号"), primary_key=True)
    at = models.DateTimeField(_("时间"))
    actor_id = models.CharField(_("操作人编号"), max_length=64)
    actor_name = models.CharField(_("操作人"), max_length=150)
    address = models.CharField(_("网络地址"), max_length=64, blank=True)
    action = models.CharField(_("操作"), max_length=100)
    subject_kind = models.CharField(_("对象类别"), max_length=64, blank=True)
    subject_id = models.CharField(_("对象编号"), max_length=64, blank=True)
    division_code = models.CharField(_("行政区划代码"), max_length=12, blank=True)
    detail = models.JSONField(_("内容"), default=dict)
    previous_hash = models.CharField(_("前一条校验值"), max_length=64)
    hash = models.CharField(_("校验值"), max_length=64)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        ordering = ["-seq"]
        indexes = [
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["actor_id", "seq"], name="audit_actor"),
            models.Index(fields=["action", "seq"], name="audit_action"),
            models.Index(fields=["subject_kind", "subject_id", "seq"], name="audit_subject"),
            models.Index(fields=["division_code", "seq"], name="audit_division"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"
