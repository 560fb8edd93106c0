"""Public notices, what is said on them, comments on drafts, and plain sheets that were handed over."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.accounts.access import ScopedQuerySet
from bangfu.divisions.codes import scope_prefix
from bangfu.platform.crypto.field import SealedField
from bangfu.platform.database.prefix import prefix_range
from bangfu.registry.models import new_id
from bangfu.targeting.enums import NoticeKind


class NoticeQuerySet(ScopedQuerySet[Any]):
    """``Notice.objects.posted_on(day).within("610926000000")``."""

    division_field = "division_code"

    def within(self, division: str) -> Self:
        """Notices of a division and all under it. Raises BadCode."""
        return self.filter(prefix_range("division_code", scope_prefix(division)))

    def posted_on(self, day: Any) -> Self:
        """Those that hang on the day: begun, not over, not taken down. Nothing has to run for one to end."""
        return self.filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=day), since__lte=day, until__gt=day)


class Notice(models.Model):
    """A public notice, or a draft put up for comments. It hangs from ``since`` to before ``until``.

    ``columns``: which of the columns of its lines are shown. ``code``: the end of its own address. ``photo``: of the
    notice on the board.
    """

    kind = models.CharField(_("公示类别"), max_length=20, choices=NoticeKind.choices)
    division_code = models.CharField(_("行政区划代码"), max_length=12, db_index=True)
    title = models.CharField(_("标题"), max_length=120)
    text = models.TextField(_("正文"))
    audience = models.CharField(_("公示范围"), max_length=120)
    place = models.CharField(_("张贴地点"), max_length=120, blank=True)
    procedure = models.CharField(_("程序"), max_length=60, blank=True)
    step = models.CharField(_("步骤"), max_length=60, blank=True)
    columns: models.JSONField[Any, Any] = models.JSONField(_("公示项目"), default=list)
    since = models.DateField(_("公示起始日期"))
    until = models.DateField(_("公示截止日期"))
    issuer = models.CharField(_("发布单位"), max_length=120)
    phone = models.CharField(_("异议电话"), max_length=40)
    address = models.CharField(_("异议受理地址"), max_length=200)
    base_url = models.CharField(_("网址"), max_length=200, blank=True)
    code = models.CharField(_("公示编码"), max_length=24, unique=True)
    photo_name = models.CharField(_("张贴照片"), max_length=255, blank=True)
    photo_sha256 = models.CharField(max_length=64, blank=True)
    published_by = models.CharField(_("发布人"), max_length=150)
    withdrawn_on = models.DateField(_("撤下日期"), null=True)
    withdrawn_by = models.CharField(_("撤下人"), max_length=150, blank=True)
    withdrawn_reason = models.CharField(_("撤下原因"), max_length=200, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("公示")
        verbose_name_plural = _("公示")
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="targeting_notice_has_days"),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | ~Q(withdrawn_reason=""),
                name="targeting_notice_why_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def link(self) -> str:
        """Its own address, as the QR code on it says; empty where the office has no site."""
        return f"{self.base_url.rstrip('/')}/{self.code}" if self.base_url else ""


class NoticeLine(models.Model):
    """A household on a notice, with all that may ever be said of it there; the name is masked before it is stored."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="lines", verbose_name=_("公示"))
    serial = models.PositiveIntegerField(_("序号"))
    case = models.ForeignKey(
        "procedures.Case", models.PROTECT, related_name="notice_lines", verbose_name=_("办件")
    )
    village = models.CharField(_("行政村"), max_length=60)
    group = models.CharField(_("村民小组"), max_length=60, blank=True)
    householder = models.CharField(_("户主姓名"), max_length=60)
    members = models.PositiveIntegerField(_("人数"))
    reason = models.CharField(_("公示事由"), max_length=30)

    class Meta:
        verbose_name = _("公示名单")
        verbose_name_plural = _("公示名单")
        ordering = ["notice_id", "serial"]
        constraints = [models.UniqueConstraint(fields=["notice", "case"], name="targeting_noticed_once")]


class LineObjection(models.Model):
    """What somebody without an account objects to a line. The first opens the objection that stops the case; later
    ones, while it is open, are added to it.

    ``contact`` is sealed, seen only by who answers; the network address is kept as a keyed token only.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    receipt = models.CharField(_("回执号"), max_length=16, unique=True)
    line = models.ForeignKey(NoticeLine, models.PROTECT, related_name="+", verbose_name=_("公示名单"))
    objection = models.ForeignKey(
        "procedures.Objection", models.PROTECT, related_name="voices", verbose_name=_("异议")
    )
    raised_by = models.CharField(_("异议人"), max_length=60, blank=True)
    text = models.TextField(_("异议内容"))
    contact = SealedField(_("联系电话"), null=True)
    contact_tail = models.CharField(_("联系电话后四位"), max_length=4, blank=True)
    address_token = models.BinaryField(max_length=32, db_index=True)
    day = models.DateField(_("提出日期"))

    class Meta:
        verbose_name = _("公示异议")
        verbose_name_plural = _("公示异议")
        ordering = ["day", "id"]


class Comment(models.Model):
    """What somebody says of a draft, and whether it was taken up (S2-01)."""

    receipt = models.CharField(_("回执号"), max_length=16, blank=True)
    address_token = models.BinaryField(max_length=32, db_index=True, default=bytes)

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="comments", verbose_name=_("征求意见"))
    name = models.CharField(_("提出人"), max_length=120, blank=True)
    text = models.TextField(_("意见内容"))
    day = models.DateField(_("提出日期"))
    adopted = models.BooleanField(_("是否采纳"), null=True)
    answer = models.TextField(_("答复"), blank=True)
    answered_by = models.CharField(_("答复人"), max_length=150, blank=True)
    answered_on = models.DateField(_("答复日期"), null=True)

    class Meta:
        verbose_name = _("公众意见")
        verbose_name_plural = _("公众意见")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_on=None, adopted=None)
                | Q(answered_on__isnull=False, adopted__isnull=False) & ~Q(answer=""),
                name="targeting_comment_answered",
            ),
            models.UniqueConstraint(
                fields=["receipt"], condition=~Q(receipt=""), name="targeting_comment_receipt"
            ),
        ]


class SheetDelivery(models.Model):
    """A plain sheet that a household received: what stood on it, on which day, who took it (S0-14)."""

    household = models.ForeignKey(
        "registry.Household", models.PROTECT, related_name="sheet_deliveries", verbose_name=_("户")
    )
    sheet_day = models.DateField(_("明白纸日期"))
    content: models.JSONField[Any, Any] = models.JSONField(_("明白纸内容"), default=list)
    delivered_on = models.DateField(_("送达日期"))
    receiver = models.CharField(_("签收人"), max_length=60)
    delivered_by = models.CharField(_("送达人"), max_length=150)
    file_name = models.CharField(_("回执扫描件"), max_length=255, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    day = models.DateField(_("登记日期"))

    class Meta:
        verbose_name = _("明白纸送达")
        verbose_name_plural = _("明白纸送达")
        ordering = ["-delivered_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(receiver=""), name="targeting_sheet_has_receiver"),
            models.CheckConstraint(
                condition=Q(delivered_on__gte=F("sheet_day"), delivered_on__lte=F("day")),
                name="targeting_sheet_days",
            ),
        ]
