"""Two tables: the people who sign in, and their posts."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Final, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.accounts.access import Scope, ScopedQuerySet
from bangfu.accounts.roles import ADMINISTRATORS, Capability, Role
from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor


def normal_username(username: str) -> str:
    """The one form under which a username is kept: half-width, lower case, no spaces around.

    A sign-in form applies it before it asks whether the password fits: so the throttle, which counts by name
    and address, sees one name however it is spelt.
    """
    return unicodedata.normalize("NFKC", username).strip().casefold()


class UserQuerySet(models.QuerySet["User"]):
    def managed_by(self, scope: Scope, on: date) -> Self:
        """Users whom ``scope`` may manage: all their posts that have not ended by ``on`` lie within it.

        Otherwise a county could set the password of somebody with a post in the province.
        """
        if not scope.can(Capability.MANAGE_USERS):
            return self.none()
        within = Post.objects.visible_to(scope, Capability.MANAGE_USERS)
        outside = Post.objects.lasting_beyond(on).exclude(pk__in=within.values("pk"))
        return self.exclude(pk__in=outside.values("user_id"))


UserManager = BaseUserManager.from_queryset(UserQuerySet)


class User(AbstractBaseUser):
    """Somebody who signs in. What they may do comes from their posts alone: there is no superuser.

    When somebody was last online is not kept (DESIGN §1: no online-time statistics).
    """

    LANGUAGES = (("zh-hans", _("简体中文")), ("en", _("英文")))

    username = models.CharField(_("用户名"), max_length=64, unique=True)
    display_name = models.CharField(_("姓名"), max_length=60)
    phone = models.CharField(_("办公电话"), max_length=30, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(_("须修改密码"), default=True)
    language = models.CharField(_("语言"), max_length=10, choices=LANGUAGES, default="zh-hans")
    last_division = models.CharField(_("当前区划"), max_length=12, blank=True)
    last_login = None

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")

    def __str__(self) -> str:
        return self.display_name

    def actor(self, address: str = "") -> Actor:
        """Who acts, for every action's ``by``; ``address`` is the network's."""
        return Actor(id=str(self.pk), name=self.display_name, address=address)

    def home(self) -> str:
        """Where the widest post that has not ended is: the log files acts on the account there; "" without one."""
        codes = (
            Post.objects.filter(user=self)
            .lasting_beyond(clock.today())
            .values_list("division_code", flat=True)
        )
        return min(codes, key=lambda code: (len(code.rstrip("0")), code), default="")


class PostQuerySet(ScopedQuerySet["Post"]):
    """``Post.objects.standing_on(day)``; a post stands from ``since`` up to, not on, ``until``."""

    def standing_on(self, day: date) -> Self:
        return self.lasting_beyond(day).filter(since__lte=day)

    def lasting_beyond(self, day: date) -> Self:
        """Posts that have not ended by ``day``, those that begin later included."""
        return self.filter(Q(until=None) | Q(until__gt=day))

    def overlapping(self, since: date, until: date | None) -> Self:
        """Posts that stand on some day from ``since`` up to ``until``."""
        begun = Q(since__lt=until) if until else Q()
        return self.lasting_beyond(since).filter(begun)


_THREE: Final = sorted(ADMINISTRATORS)


class Post(models.Model):
    """A role that a person holds at a division for a time.

    The database refuses the same post twice at a time, and two administrators' posts of one person at a time;
    a post with an end counts until it comes.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="posts", verbose_name=_("用户"))
    role = models.CharField(_("角色"), max_length=20, choices=Role)
    division_code = models.CharField(_("区划代码"), max_length=12)
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)
    granted_by = models.CharField(_("授予人"), max_length=150)
    #: The user once more where the role is an administrator's, else nothing: what may not overlap.
    administrator = models.BigIntegerField(_("三员互斥"), null=True, editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("岗位")
        verbose_name_plural = _("岗位")
        indexes = [models.Index(fields=["division_code", "role"], name="post_at_division")]
        constraints = [
            models.CheckConstraint(
                # A check that comes out NULL passes: an empty column has to be named.
                condition=Q(role__in=_THREE, administrator__isnull=False, administrator=F("user_id"))
                | (~Q(role__in=_THREE) & Q(administrator=None)),
                name="post_names_its_administrator",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.division_code}"
